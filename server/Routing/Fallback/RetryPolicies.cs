using Assistant.ModelServers;
using Polly;
using Polly.Retry;

namespace Assistant.Routing.Fallback;

/// <summary>
/// The retries of a whole call after every route has failed before its first byte: a user's request waits for a server that is busy or
/// loads a model. Each endpoint also retries a refused connection once.
/// </summary>
internal sealed class RetryPolicies(TimeProvider clock)
{
    /// <summary>The budget of the request: without an attempt left there is no retry.</summary>
    public static readonly ResiliencePropertyKey<AttemptBudget> Attempts = new("Attempts");

    public ResiliencePipeline Chat { get; } = Retrying(clock, retries: 3, TimeSpan.FromSeconds(1), ModelFault.Busy, ModelFault.Loading);

    /// <summary>Embeddings retry more faults than chat, since a repeated request has no visible effect.</summary>
    public ResiliencePipeline Embeddings { get; } =
        Retrying(
            clock,
            retries: 3,
            TimeSpan.FromSeconds(1),
            ModelFault.Busy, ModelFault.Loading, ModelFault.Down, ModelFault.CutShort, ModelFault.Idle);

    private static ResiliencePipeline Retrying(TimeProvider clock, int retries, TimeSpan delay, params ModelFault[] faults) =>
        new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retries,
                Delay = delay,
                BackoffType = DelayBackoffType.Exponential,
                ShouldHandle = arguments => new(
                    arguments.Outcome.Exception is ModelServerException failure && faults.Contains(failure.Fault)
                    && arguments.Context.Properties.TryGetValue(Attempts, out var attempts) && attempts.Left > 0),
            })
            .Build();
}
