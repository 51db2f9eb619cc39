using Assistant.Models.Scheduling;
using Polly;

namespace Assistant.Models.Routing;

/// <summary>
/// Route, turn, request: one after another until a model has begun to answer. What fails before that is tried at the next route, at
/// most three; what somebody has seen the beginning of is never begun anew.
/// </summary>
internal sealed class FallbackChain(IModelRouter router, Scheduler scheduler)
{
    private const int MostTries = 3;

    /// <param name="patience">What is tried again as a whole, before anything was answered.</param>
    /// <param name="open">Sends the request; owns the lease when it returns, and not when it fails.</param>
    /// <exception cref="ModelServerException">No route, or all that were tried failed: the first failure.</exception>
    public async Task<T> OpenAsync<T>(
        RouteRequest request, RequestClass kind, ResiliencePipeline patience, Func<SlotLease, CancellationToken, Task<T>> open, CancellationToken token) =>
        await patience.ExecuteAsync(
            async (state, token) => await OpenOnceAsync(state.request, state.kind, state.open, token), (request, kind, open), token);

    private async Task<T> OpenOnceAsync<T>(RouteRequest request, RequestClass kind, Func<SlotLease, CancellationToken, Task<T>> open, CancellationToken token)
    {
        var failed = new List<ModelRoute>(request.Except ?? []);
        ModelServerException? first = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var answer = await router.RouteAsync(request with { Except = failed }, token);
            if (answer.Route is not { } route)
            {
                throw first ?? Faults.NoRoute(answer.Status);
            }
            SlotLease? lease = null;
            try
            {
                lease = await scheduler.AcquireAsync(route, kind, request.Document, token)
                    ?? throw Faults.Said(route.Endpoint, ModelFault.Busy, "A newer request took its place.");
                return await open(lease, token);
            }
            catch (ModelServerException failure)
            {
                lease?.Dispose();
                first ??= failure;
                failed.Add(route);
            }
            catch
            {
                lease?.Dispose();
                throw;
            }
        }
        throw first!;
    }
}
