using System.Runtime.CompilerServices;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Usage;

namespace Assistant.Inference.Fim;

/// <summary>Measures every request of a FIM client: its lease, its latency and its record.</summary>
internal sealed class MeteredFimClient(
    IFimClient inner, EndpointRegistry endpoints, IRequestRecords records, TimeProvider clock) : IFimClient
{
    public async IAsyncEnumerable<FimChunk> StreamAsync(
        ModelRoute route, FimRequest request, [EnumeratorCancellation] CancellationToken token)
    {
        var latency = endpoints.Of(route.Endpoint).LatencyOf(route.ModelId, RequestClass.Completion);
        using var meter = new RequestMeter(route, request.Task, request.Lease, latency, records, clock, token);
        await using var chunks = inner.StreamAsync(route, request, token).GetAsyncEnumerator(token);
        while (await NextAsync())
        {
            var chunk = chunks.Current;
            if (chunk.Text.Length > 0)
            {
                meter.FirstToken();
            }
            if (chunk.End is { } end)
            {
                (meter.PromptTokens, meter.CachedTokens, meter.CompletionTokens, meter.TokensPerSecond) =
                    (end.PromptTokens, end.CachedTokens, end.CompletionTokens, end.TokensPerSecond);
                meter.Answered(end.HungUp);
            }
            yield return chunk;
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await chunks.MoveNextAsync();
            }
            catch (ModelServerException failure)
            {
                meter.Failed(failure.Fault);
                throw;
            }
        }
    }
}
