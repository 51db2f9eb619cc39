using Assistant.ModelServers;
using Assistant.ModelServers.Health;

namespace Assistant.Routing.Scheduling;

/// <summary>
/// The permission to send one request. Its disposal returns the slot: at once if no request was sent or the answer ended, else when the
/// server has finished the abandoned request.
/// </summary>
public sealed class SlotLease : IDisposable
{
    private readonly FirstTokenLatency latency;
    private readonly TimeProvider clock;
    private readonly Action<SlotLease> release;
    private Action<SlotLease>? touched;
    private int disposed;
    private long sentAt;
    private bool over;

    internal SlotLease(
        ModelRoute route,
        RequestClass kind,
        int? slot,
        TimeSpan queued,
        FirstTokenLatency latency,
        TimeProvider clock,
        Action<SlotLease> touched,
        Action<SlotLease> release)
    {
        (Route, Kind, Slot, Queued) = (route, kind, slot, queued);
        (this.latency, this.clock, this.touched, this.release) = (latency, clock, touched, release);
    }

    public ModelRoute Route { get; }

    public RequestClass Kind { get; }

    /// <summary>The llama-server slot whose cache holds the document's prompt (<c>id_slot</c>); null: any slot.</summary>
    public int? Slot { get; }

    /// <summary>The time that the request waited in the queue.</summary>
    public TimeSpan Queued { get; }

    /// <summary>The server has generated a token for the request, so its model is loaded.</summary>
    internal bool SawToken { get; private set; }

    /// <summary>Marks the request as sent.</summary>
    internal void Sent() => (sentAt, over) = (clock.GetTimestamp(), false);

    internal void FirstToken()
    {
        if (!SawToken && sentAt != 0)
        {
            SawToken = true;
            Interlocked.Exchange(ref touched, null)?.Invoke(this);
        }
    }

    /// <summary>Marks the answer as ended or failed: the server has no more work for it.</summary>
    internal void Over() => over = true;

    /// <summary>The estimated time that the server still works on the abandoned request; null if none was abandoned.</summary>
    internal TimeSpan? EstimatedRest() =>
        over || sentAt == 0 ? null
        // A generating server notices the closed connection at its next token; one that reads the prompt may finish it first (LM Studio).
        : SawToken ? TimeSpan.FromMilliseconds(100)
        : latency.EstimatedRest(clock.GetElapsedTime(sentAt));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            release(this);
        }
    }
}
