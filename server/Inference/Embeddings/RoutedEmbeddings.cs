using Assistant.Basics;
using Assistant.Families;
using Assistant.Inference.Clients;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Routing.Fallback;
using Assistant.Routing.Scheduling;
using Assistant.Usage;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Embeddings;

/// <summary>
/// Embeds texts: routes, schedules and measures each request. A failed request is tried at another route, but only with the same model,
/// since vectors of different models cannot be compared.
/// </summary>
internal sealed class RoutedEmbeddings(
    FallbackChain chain,
    IEndpointClients clients,
    RetryPolicies retries,
    EndpointRegistry endpoints,
    IRequestRecords records,
    TimeProvider clock) : IEmbeddingGenerator<string, Embedding<float>>
{
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        string? model = null;
        var kind = options?.AdditionalProperties?.TryGetValue(ChatRequestOptions.Background, out bool background) == true && background
            ? RequestClass.Background
            : RequestClass.Chat;
        var attempts = new AttemptBudget(AttemptBudget.Embeddings);
        return await chain.OpenAsync(
            new RouteRequest(ModelTask.Embed, options?.ModelId), kind, retries.Embeddings, attempts, GenerateOnceAsync, cancellationToken);

        async Task<GeneratedEmbeddings<Embedding<float>>> GenerateOnceAsync(SlotLease lease, CancellationToken token)
        {
            var route = lease.Route;
            var name = ModelFamilies.Normalise(route.ModelId).Name;
            if ((model ??= name) != name)
            {
                throw ModelServerErrors.Of(
                    route.Endpoint,
                    ModelFault.ModelNotFound,
                    $"{route.Endpoint.Name} has another embedding model ({route.ModelId}) than the one that was asked first.");
            }
            using var held = lease;
            using var meter = new RequestMeter(
                route, ModelTask.Embed, lease, endpoints.Of(route.Endpoint).LatencyOf(route.ModelId, kind), records, clock, token);
            try
            {
                var vectors = await clients.Embeddings(route, attempts).GenerateAsync(texts, options, token);
                meter.FirstToken();
                meter.PromptTokens = (int?)vectors.Usage?.InputTokenCount ?? TokenEstimate.Of(texts.Sum(text => text.Length));
                meter.Answered();
                ChatRequestOptions.Mark(vectors.AdditionalProperties ??= [], route);
                return vectors;
            }
            catch (ModelServerException failure)
            {
                meter.Failed(failure.Fault);
                throw;
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
