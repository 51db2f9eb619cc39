using Assistant.ModelServers;
using Polly;
using Polly.Retry;

namespace Assistant.Routing.Fallback;

/// <summary>
/// The retries of a whole call after every route has failed before its first byte, beside the one retry of a refused connection that
/// each endpoint makes: a user's request waits for a server that is busy or loads a model.
/// </summary>
internal sealed class RetryPolicies(TimeProvider clock)
{
    /// <summary>The budget of the request: nothing is tried again where no attempt is left.</summary>
    public static readonly ResiliencePropertyKey<AttemptBudget> Attempts = new("Attempts");

    public ResiliencePipeline Chat { get; } = Retrying(clock, retries: 3, TimeSpan.FromSeconds(1), ModelFault.Busy, ModelFault.Loading);

    /// <summary>Vectors can be asked for again without anybody noticing.</summary>
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
