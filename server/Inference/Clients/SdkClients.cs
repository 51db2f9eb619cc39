using System.ClientModel.Primitives;
using Assistant.ModelServers;
using Assistant.ModelServers.Dialects;
using Assistant.Routing;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Assistant.Inference.Clients;

#pragma warning disable OPENAI001 // An AuthenticationPolicy instead of a key is marked experimental.

/// <summary>
/// The OpenAI SDK over an endpoint's own connections, chat through the adapter to <see cref="IChatClient"/>: our dialects below it, our
/// patience instead of its retries and timeouts.
/// </summary>
internal static class SdkClients
{
    /// <param name="hangUp">The request's own: cancelling it closes the connection at once, also while nobody reads.</param>
    public static IChatClient Chat(HttpClient http, ModelRoute route, AttemptBudget? attempts, CancellationToken hangUp) =>
        new ChatClient(route.ModelId, new KeyOfConnection(), Options(http, route, attempts, hangUp)).AsIChatClient();

    public static EmbeddingClient Embeddings(HttpClient http, ModelRoute route, AttemptBudget? attempts, CancellationToken hangUp) =>
        new(route.ModelId, new KeyOfConnection(), Options(http, route, attempts, hangUp));

    private static OpenAIClientOptions Options(
        HttpClient http, ModelRoute route, AttemptBudget? attempts, CancellationToken hangUp) => new()
    {
        Endpoint = route.Endpoint.BaseUrl,
        Transport = new ClosingTransport(http, route, attempts, hangUp),
        // A retry of a chat that timed out queues its prompt a second time.
        RetryPolicy = new ClientRetryPolicy(0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The endpoint's HttpClient says the key, where there is one.</summary>
    private sealed class KeyOfConnection : AuthenticationPolicy
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
            // They name the runtime and the system, which concern no server.
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
