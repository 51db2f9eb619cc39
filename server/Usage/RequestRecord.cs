using Assistant.ModelServers;
using Assistant.Settings;

namespace Assistant.Usage;

/// <summary>One request to a model server as it went: what the usage records keep. It holds no text.</summary>
/// <param name="At">When it was handed to the model layer.</param>
/// <param name="Queued">How long it waited for its slot.</param>
/// <param name="TimeToFirstToken">From the sending to the first token; null where none came.</param>
/// <param name="Total">From the sending to the end.</param>
/// <param name="PromptTokens">The whole prompt, cached tokens included; null where the server does not say.</param>
/// <param name="TokensPerSecond">Of the answer.</param>
/// <param name="Fault">The fault's name where the outcome is <see cref="RequestOutcome.Failed"/>.</param>
/// <param name="LeftMachine">It went to an endpoint that is not local.</param>
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

    /// <summary>Nobody wanted it any more; never a failure.</summary>
    Cancelled,

    Failed,
}
