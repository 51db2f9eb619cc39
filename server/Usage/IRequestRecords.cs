using Assistant.ModelServers;
namespace Assistant.Usage;

/// <summary>
/// Stores the cost and outcome of requests on this machine. Adding a record never waits for the disk and never fails a request.
/// </summary>
public interface IRequestRecords
{
    void Add(RequestRecord record);

    /// <summary>Records whether the user kept a suggestion of this model that was shown.</summary>
    void Suggested(string endpoint, string model, bool kept);

    /// <summary>
    /// Loads the records of earlier sessions now. Without this call they load just after the first record.
    /// </summary>
    Task LoadAsync() => Task.CompletedTask;

    /// <summary>All stored usage, by endpoint and model, the most used first; empty without records.</summary>
    Task<IReadOnlyList<ModelUsage>> UsageAsync() => Task.FromResult<IReadOnlyList<ModelUsage>>([]);

    /// <summary>A model's recent record at a task on this machine, from memory; null before the first request.</summary>
    ModelTrack? TrackOf(string endpoint, string model, ModelTask task);
}

/// <param name="Requests">The number of requests behind the other values.</param>
/// <param name="TimeToFirstTokenMs">Median, ms; null if no first token came.</param>
/// <param name="FailedShare">0 to 1, without cancelled requests.</param>
/// <param name="KeptShare">The share of shown suggestions that the user kept, 0 to 1; null before the first.</param>
public sealed record ModelTrack(int Requests, double? TimeToFirstTokenMs, double FailedShare, double? KeptShare);

/// <param name="LeftMachine">The number of requests to endpoints that are not local.</param>
/// <param name="PromptTokens">Includes cached tokens.</param>
/// <param name="CloudUsd">The price of the requests at a cloud, in USD, by the price list at the time of each request.</param>
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
