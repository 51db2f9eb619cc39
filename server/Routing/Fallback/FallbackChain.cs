using Assistant.ModelServers;
using Assistant.Routing.Scheduling;
using Polly;
using Polly.Hedging;

namespace Assistant.Routing.Fallback;

/// <summary>
/// Route, turn, request: one after another until a model has begun to answer. A request that fails before that is tried at the next route,
/// at most three in a row and never more than the request's budget of attempts; an answer whose beginning somebody has seen is never begun
/// anew. A service on the net that is slow to begin gets a second one beside it, since that costs no work of this machine; the first answer
/// that begins is taken.
/// </summary>
internal sealed class FallbackChain(IModelRouter router, Scheduler scheduler, TimeProvider clock)
{
    private const int MostTries = 3;

    private static readonly TimeSpan HedgeAfter = TimeSpan.FromSeconds(5);

    /// <param name="retry">Tries the whole again after some failures, before anything was answered.</param>
    /// <param name="attempts">Each request takes one, before it waits for its turn.</param>
    /// <param name="open">
    /// Sends the request and waits for its beginning, which the token ends; owns the lease when it returns, and not when it fails.
    /// </param>
    /// <exception cref="ModelServerException">No route, or all that were tried failed: the first failure.</exception>
    public async Task<T> OpenAsync<T>(
        RouteRequest request,
        RequestClass kind,
        ResiliencePipeline retry,
        AttemptBudget attempts,
        Func<SlotLease, CancellationToken, Task<T>> open,
        CancellationToken token)
    {
        var context = ResilienceContextPool.Shared.Get(token);
        context.Properties.Set(RetryPolicies.Attempts, attempts);
        try
        {
            return await retry.ExecuteAsync(
                async round =>
                {
                    var tries = new Tries<T>(router, scheduler, clock, request, kind, attempts, open);
                    return await tries.OpenAsync(round.CancellationToken);
                },
                context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>The tries of one request.</summary>
    private sealed class Tries<T>(
        IModelRouter router,
        Scheduler scheduler,
        TimeProvider clock,
        RouteRequest request,
        RequestClass kind,
        AttemptBudget attempts,
        Func<SlotLease, CancellationToken, Task<T>> open)
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
                catch (ModelServerException)
                {
                    // The next route is tried; the first failure is kept.
                }
            }
            throw first!;
        }

        /// <summary>The next route, for which one attempt is taken; null where enough were tried.</summary>
        /// <param name="beside">A request runs already: only work that costs nothing of this machine is begun beside it.</param>
        private async Task<ModelRoute?> NextAsync(CancellationToken token, bool beside = false)
        {
            if (count == MostTries || attempts.Left == 0)
            {
                return null;
            }
            var answer = await router.RouteAsync(request with { Except = [.. tried] }, token);
            if (answer.Route is not { } route)
            {
                if (!beside)
                {
                    first ??= ModelStateMapping.NoRoute(answer.Status);
                }
                return null;
            }
            if ((beside && !route.LeavesMachine) || !attempts.TryTake())
            {
                return null;
            }
            count++;
            tried.Add(route);
            return route;
        }

        private async Task<T> OpenAtAsync(ModelRoute route, CancellationToken token)
        {
            SlotLease? lease = null;
            try
            {
                lease = await scheduler.AcquireAsync(route, kind, request.Document, token)
                    ?? throw ModelServerErrors.Of(route.Endpoint, ModelFault.Busy, "A newer request took its place.");
                return await open(lease, token);
            }
            catch (Exception error)
            {
                if (error is ModelServerException failure)
                {
                    Interlocked.CompareExchange(ref first, failure, null);
                }
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

        /// <exception cref="ModelServerException">There is no second route or attempt; the first request is waited for.</exception>
        private async Task<T> OpenSecondAsync(CancellationToken token) => await NextAsync(token, beside: true) is { } second
            ? await OpenAtAsync(second, token)
            : throw new ModelServerException(ModelFault.Down, "No second endpoint to ask.", "");
    }
}
