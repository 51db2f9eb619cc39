using Assistant.ModelServers;
using Assistant.Routing.Scheduling;
using Polly;
using Polly.Hedging;

namespace Assistant.Routing.Fallback;

/// <summary>
/// Route, turn, request: one after another until a model has begun to answer. What fails before that is tried at the next route, at
/// most three; what somebody has seen the beginning of is never begun anew. A service on the net that is slow to begin gets a second one
/// beside it, since that costs no work of this machine; whoever begins first is heard.
/// </summary>
internal sealed class FallbackChain(IModelRouter router, Scheduler scheduler, TimeProvider clock)
{
    private const int MostTries = 3;

    private static readonly TimeSpan HedgeAfter = TimeSpan.FromSeconds(5);

    /// <param name="patience">What is tried again as a whole, before anything was answered.</param>
    /// <param name="open">Sends the request and waits for its beginning, which the token ends; owns the lease when it returns, and not when it fails.</param>
    /// <exception cref="ModelServerException">No route, or all that were tried failed: the first failure.</exception>
    public async Task<T> OpenAsync<T>(
        RouteRequest request, RequestClass kind, ResiliencePipeline patience, Func<SlotLease, CancellationToken, Task<T>> open, CancellationToken token) =>
        await patience.ExecuteAsync(
            async (state, token) => await new Tries<T>(router, scheduler, clock, state.request, state.kind, state.open).OpenAsync(token), (request, kind, open), token);

    /// <summary>The tries of one request.</summary>
    private sealed class Tries<T>(
        IModelRouter router, Scheduler scheduler, TimeProvider clock, RouteRequest request, RequestClass kind, Func<SlotLease, CancellationToken, Task<T>> open)
    {
        private readonly List<ModelRoute> tried = [.. request.Except ?? []];
        private ModelServerException? first;
        private int count;

        public async Task<T> OpenAsync(CancellationToken token)
        {
            while (await NextAsync(token) is { } route)
            {
                try
                {
                    return route.LeavesMachine ? await HedgedAsync(route, token) : await OpenAtAsync(route, token);
                }
                catch (ModelServerException failure)
                {
                    first ??= failure;
                }
            }
            throw first!;
        }

        /// <summary>Null where enough were tried.</summary>
        private async Task<ModelRoute?> NextAsync(CancellationToken token)
        {
            if (count++ == MostTries)
            {
                return null;
            }
            var answer = await router.RouteAsync(request with { Except = [.. tried] }, token);
            if (answer.Route is not { } route)
            {
                first ??= ModelStateMapping.NoRoute(answer.Status);
                return null;
            }
            tried.Add(route);
            return route;
        }

        private async Task<T> OpenAtAsync(ModelRoute route, CancellationToken token)
        {
            SlotLease? lease = null;
            try
            {
                lease = await scheduler.AcquireAsync(route, kind, request.Document, token)
                    ?? throw ModelServerErrors.Said(route.Endpoint, ModelFault.Busy, "A newer request took its place.");
                return await open(lease, token);
            }
            catch
            {
                lease?.Dispose();
                throw;
            }
        }

        private async Task<T> HedgedAsync(ModelRoute route, CancellationToken token)
        {
            var isHedged = false;
            var hedge = new ResiliencePipelineBuilder<T> { TimeProvider = clock }.AddHedging(new HedgingStrategyOptions<T>
            {
                Delay = HedgeAfter,
                MaxHedgedAttempts = 1,
                // A failure before the second request ends the try; one after it leaves the other request to answer.
                ShouldHandle = result => new(isHedged && result.Outcome.Exception is ModelServerException),
                ActionGenerator = attempt =>
                {
                    isHedged = true;
                    return async () => Outcome.FromResult(await OpenSecondAsync(attempt.ActionContext.CancellationToken));
                },
            }).Build();
            return await hedge.ExecuteAsync(async token => await OpenAtAsync(route, token), token);
        }

        /// <exception cref="ModelServerException">No other route leaves the machine (work of this machine costs); the first request is waited for.</exception>
        private async Task<T> OpenSecondAsync(CancellationToken token) => await NextAsync(token) is { LeavesMachine: true } second
            ? await OpenAtAsync(second, token)
            : throw new ModelServerException(ModelFault.Down, "No second endpoint to ask.", "");
    }
}
