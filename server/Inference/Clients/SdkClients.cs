using System.ClientModel.Primitives;
using Assistant.ModelServers;
using Assistant.ModelServers.Dialects;
using Assistant.Routing;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Assistant.Inference.Clients;

#pragma warning disable OPENAI001 // The constructor that takes an AuthenticationPolicy instead of a key is experimental.

/// <summary>
/// OpenAI SDK clients over an endpoint's own connections; chat goes through the adapter to <see cref="IChatClient"/>. The endpoint's
/// handlers translate the dialect and replace the SDK's retries and timeouts.
/// </summary>
internal static class SdkClients
{
    /// <param name="hangUp">The request's own token: a cancel closes the connection at once, even when no reader is active.</param>
    public static IChatClient Chat(HttpClient http, ModelRoute route, AttemptBudget? attempts, CancellationToken hangUp) =>
        new ChatClient(route.ModelId, new ConnectionKeyPolicy(), Options(http, route, attempts, hangUp)).AsIChatClient();

    public static EmbeddingClient Embeddings(HttpClient http, ModelRoute route, AttemptBudget? attempts, CancellationToken hangUp) =>
        new(route.ModelId, new ConnectionKeyPolicy(), Options(http, route, attempts, hangUp));

    private static OpenAIClientOptions Options(
        HttpClient http, ModelRoute route, AttemptBudget? attempts, CancellationToken hangUp) => new()
    {
        Endpoint = route.Endpoint.BaseUrl,
        Transport = new ClosingTransport(http, route, attempts, hangUp),
        // A retry of a chat that timed out queues its prompt a second time.
        RetryPolicy = new ClientRetryPolicy(0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Adds no key: the endpoint's HttpClient sends it.</summary>
    private sealed class ConnectionKeyPolicy : AuthenticationPolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNext(message, pipeline, currentIndex);

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNextAsync(message, pipeline, currentIndex);
    }

    private sealed class ClosingTransport(HttpClient http, ModelRoute route, AttemptBudget? attempts, CancellationToken hangUp)
        : HttpClientPipelineTransport(http)
    {
        protected override void OnSendingRequest(PipelineMessage message, HttpRequestMessage httpRequest)
        {
            // These headers disclose the runtime and the operating system, which no server needs.
            var names = httpRequest.Headers.Select(header => header.Key);
            foreach (var name in names.Where(name => name.StartsWith("X-Stainless", StringComparison.OrdinalIgnoreCase)).ToArray())
            {
                httpRequest.Headers.Remove(name);
            }
            httpRequest.Headers.UserAgent.Clear();
            httpRequest.Options.Set(Dialect.HangUp, hangUp);
            RequestOptions.Set(httpRequest, route, attempts);
        }
    }
}
