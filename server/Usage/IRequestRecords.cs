using Assistant.ModelServers;
namespace Assistant.Usage;

/// <summary>
/// Keeps what requests cost and how they fared on this machine. Adding never waits for the disk and never fails a request.
/// </summary>
public interface IRequestRecords
{
    void Add(RequestRecord record);

    /// <summary>A suggestion of this model was kept by the user, or was shown and not kept.</summary>
    void Suggested(string endpoint, string model, bool kept);

    /// <summary>
    /// Looks up earlier sessions now, for whoever asks before the first record; without it they are known a moment after that.
    /// </summary>
    Task LoadAsync() => Task.CompletedTask;

    /// <summary>Everything that is kept, by endpoint and model, the most used first; empty where nothing is.</summary>
    Task<IReadOnlyList<ModelUsage>> UsageAsync() => Task.FromResult<IReadOnlyList<ModelUsage>>([]);

    /// <summary>How a model fared at a task on this machine, from memory; null before the first record.</summary>
    ModelTrack? TrackOf(string endpoint, string model, ModelTask task);
}

/// <param name="Requests">How many requests the rest rests on.</param>
/// <param name="TimeToFirstTokenMs">Median; null where none came.</param>
/// <param name="FailedShare">0 to 1, cancelled requests left out.</param>
/// <param name="KeptShare">0 to 1, of the suggestions shown; null before the first.</param>
public sealed record ModelTrack(int Requests, double? TimeToFirstTokenMs, double FailedShare, double? KeptShare);

/// <param name="LeftMachine">Requests that went to an endpoint that is not local.</param>
/// <param name="PromptTokens">Cached ones included.</param>
/// <param name="CloudUsd">What it would have cost at the price list of when each request was made.</param>
public sealed record ModelUsage(
    string Endpoint,
    string Model,
    long Requests,
    long Failed,
    long LeftMachine,
    long PromptTokens,
    long CachedTokens,
    long CompletionTokens,
    double CloudUsd);
