using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Clients;

/// <summary>Embeds texts at one endpoint, in batches that servers accept. The vectors have the order of the texts.</summary>
internal sealed class EndpointEmbeddings(
    ModelEndpoint endpoint, ModelRoute route, AttemptBudget? attempts) : IEmbeddingGenerator<string, Embedding<float>>
{
    // llama-server reads a batch at a time; Ollama and LM Studio read text after text anyway. The limits keep the overhead of requests low
    // and a cancelled batch short.
    private const int MaxTexts = 32;
    private const int MaxCharacters = 64_000;

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        Microsoft.Extensions.AI.EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var wanted = new OpenAI.Embeddings.EmbeddingGenerationOptions { Dimensions = options?.Dimensions };
        var all = new GeneratedEmbeddings<Embedding<float>>();
        var tokens = 0;
        foreach (var batch in Batches(values))
        {
            using var request = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var client = SdkClients.Embeddings(endpoint.Client(route.Kind), route, attempts, request.Token);
            var reply = await FaultTranslator.StepAsync(
                async () => (await client.GenerateEmbeddingsAsync(batch, wanted, request.Token)).Value, endpoint, cancellationToken);
            if (reply.Count != batch.Count)
            {
                throw ModelServerErrors.UnexpectedServer(
                    endpoint.Settings, $"no server of vectors: it gave {reply.Count} for {batch.Count} texts");
            }
            endpoint.Succeeded();
            tokens += reply.Usage?.InputTokenCount ?? 0;
            var model = reply.Model is { Length: > 0 } named ? named : route.ModelId;
            all.AddRange(reply.OrderBy(one => one.Index).Select(one => new Embedding<float>(one.ToFloats()) { ModelId = model }));
        }
        // LM Studio reports no token counts for embeddings.
        all.Usage = tokens == 0 ? null : new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return all;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this
        : serviceType == typeof(EmbeddingGeneratorMetadata)
            ? new EmbeddingGeneratorMetadata(route.Endpoint.Name, route.Endpoint.BaseUrl, route.ModelId)
        : null;

    public void Dispose()
    {
    }

    private static IEnumerable<IReadOnlyList<string>> Batches(IEnumerable<string> values)
    {
        var batch = new List<string>();
        var characters = 0;
        foreach (var value in values)
        {
            if (batch.Count == MaxTexts || (batch.Count > 0 && characters + value.Length > MaxCharacters))
            {
                yield return batch;
                batch = [];
                characters = 0;
            }
            // Some servers refuse an empty text; a single space carries no meaning either.
            batch.Add(value.Length == 0 ? " " : value);
            characters += value.Length;
        }
        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
