using Assistant.ModelServers;
using Assistant.ModelServers.Health;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Assistant.Usage;

namespace Assistant.Inference;

/// <summary>
/// Measures one request: reports to its lease and to the model's latency, and adds one record when it is disposed. Without a call of
/// <see cref="Answered"/> or <see cref="Failed"/> the record says cancelled if the token is, else answered: the reader stopped early.
/// </summary>
internal sealed class RequestMeter : IDisposable
{
    private readonly ModelRoute route;
    private readonly ModelTask task;
    private readonly SlotLease? lease;
    private readonly FirstTokenLatency latency;
    private readonly IRequestRecords records;
    private readonly TimeProvider clock;
    private readonly CancellationToken token;
    private readonly DateTimeOffset at;
    private readonly long sentAt;
    private TimeSpan? firstToken;
    private RequestOutcome? outcome;
    private ModelFault? fault;

    public RequestMeter(
        ModelRoute route,
        ModelTask task,
        SlotLease? lease,
        FirstTokenLatency latency,
        IRequestRecords records,
        TimeProvider clock,
        CancellationToken token)
    {
        (this.route, this.task, this.lease, this.latency) = (route, task, lease, latency);
        (this.records, this.clock, this.token) = (records, clock, token);
        at = clock.GetUtcNow() - (lease?.Queued ?? TimeSpan.Zero);
        sentAt = clock.GetTimestamp();
        lease?.Sent();
    }

    public int? PromptTokens { get; set; }

    public int? CachedTokens { get; set; }

    public int? CompletionTokens { get; set; }

    /// <summary>Generation speed as the server reports it; null: the record holds the measured speed.</summary>
    public double? TokensPerSecond { get; set; }

    public void FirstToken()
    {
        if (firstToken is null)
        {
            var took = clock.GetElapsedTime(sentAt);
            firstToken = took;
            latency.Add(took);
            lease?.FirstToken();
        }
    }

    /// <param name="hungUp">The client closed the connection before the end: the server may still generate.</param>
    public void Answered(bool hungUp = false)
    {
        outcome = RequestOutcome.Answered;
        if (!hungUp)
        {
            lease?.Over();
        }
    }

    public void Failed(ModelFault why)
    {
        (outcome, fault) = (RequestOutcome.Failed, why);
        lease?.Over();
    }

    public void Dispose()
    {
        var total = clock.GetElapsedTime(sentAt);
        var generated = firstToken is { } first ? (total - first).TotalSeconds : 0;
        records.Add(new RequestRecord(
            at,
            route.Endpoint.Name,
            route.Kind,
            route.ModelId,
            task,
            lease?.Queued ?? TimeSpan.Zero,
            firstToken,
            total,
            PromptTokens,
            CachedTokens,
            CompletionTokens,
            TokensPerSecond ?? (CompletionTokens > 1 && generated > 0 ? (CompletionTokens - 1) / generated : null),
            outcome ?? (token.IsCancellationRequested ? RequestOutcome.Cancelled : RequestOutcome.Answered),
            fault,
            route.LeavesMachine));
    }
}
