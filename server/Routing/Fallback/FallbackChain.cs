using Assistant.ModelServers;
using Assistant.Routing.Scheduling;
using Polly;
using Polly.Hedging;

namespace Assistant.Routing.Fallback;

/// <summary>
/// Routes, queues and sends a request until a model begins to answer. A request that fails before that is tried at the next route, at most
/// three in a row and never more than the request's budget of attempts; an answer that has begun is never restarted. If a cloud service is
/// slow to begin, a second one gets the request in parallel, since that costs no work of this machine; the first answer that begins wins.
/// </summary>
internal sealed class FallbackChain(IModelRouter router, Scheduler scheduler, TimeProvider clock)
{
    private const int MaxTries = 3;

    private static readonly TimeSpan HedgeAfter = TimeSpan.FromSeconds(5);

    /// <param name="retry">Repeats the whole call after some faults, before any answer has begun.</param>
    /// <param name="attempts">Each request takes one attempt before it enters the queue.</param>
    /// <param name="open">
    /// Sends the request and waits until its answer begins; the token cancels that wait. On return it owns the lease, on failure it does
    /// not.
    /// </param>
    /// <exception cref="ModelServerException">No route exists, or every try failed; then it is the first failure.</exception>
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

        /// <summary>Takes one attempt and returns the next route; null if no try, attempt or route is left.</summary>
        /// <param name="beside">Another request runs already: only a route that leaves this machine may run in parallel.</param>
        private async Task<ModelRoute?> NextAsync(CancellationToken token, bool beside = false)
        {
            if (count == MaxTries || attempts.Left == 0)
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
                // A failure before the second request ends the try; after it the other request may still answer.
                ShouldHandle = result => new(isHedged && result.Outcome.Exception is ModelServerException),
                ActionGenerator = attempt =>
                {
                    isHedged = true;
                    return async () => Outcome.FromResult(await OpenSecondAsync(attempt.ActionContext.CancellationToken));
                },
            }).Build();
            return await hedge.ExecuteAsync(async token => await OpenAtAsync(route, token), token);
        }

        /// <exception cref="ModelServerException">No second route or attempt is left; the first request goes on.</exception>
        private async Task<T> OpenSecondAsync(CancellationToken token) => await NextAsync(token, beside: true) is { } second
            ? await OpenAtAsync(second, token)
            : throw new ModelServerException(ModelFault.Down, "No second endpoint to ask.", "");
    }
}
