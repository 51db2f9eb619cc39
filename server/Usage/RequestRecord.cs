using Assistant.ModelServers;
using Assistant.Settings;

namespace Assistant.Usage;

/// <summary>The timing, cost and outcome of one request to a model server. It holds no text.</summary>
/// <param name="At">The time at which the model layer got the request.</param>
/// <param name="Queued">The wait for a slot.</param>
/// <param name="TimeToFirstToken">From the sending to the first token; null if none came.</param>
/// <param name="Total">From the sending to the end.</param>
/// <param name="PromptTokens">The whole prompt, cached tokens included; null if the server does not report it.</param>
/// <param name="TokensPerSecond">The speed of the answer.</param>
/// <param name="Fault">Null unless the outcome is <see cref="RequestOutcome.Failed"/>.</param>
/// <param name="LeftMachine">The request went to an endpoint that is not local.</param>
public sealed record RequestRecord(
    DateTimeOffset At,
    string Endpoint,
    EndpointKind Kind,
    string Model,
    ModelTask Task,
    TimeSpan Queued,
    TimeSpan? TimeToFirstToken,
    TimeSpan Total,
    int? PromptTokens,
    int? CachedTokens,
    int? CompletionTokens,
    double? TokensPerSecond,
    RequestOutcome Outcome,
    ModelFault? Fault,
    bool LeftMachine);

public enum RequestOutcome
{
    Answered,

    /// <summary>The caller no longer wanted the answer; never a failure.</summary>
    Cancelled,

    Failed,
}
