using Assistant.ModelServers;
using Assistant.ModelServers.Health;
namespace Assistant.Routing.Scheduling;

/// <summary>
/// The right to one request. Disposing it gives the slot back: at once if nothing was sent or the answer ended, else when the server is
/// done with what was hung up.
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
        ModelRoute route, RequestClass kind, int? slot, TimeSpan queued, FirstTokenLatency latency, TimeProvider clock, Action<SlotLease> touched, Action<SlotLease> release)
    {
        (Route, Kind, Slot, Queued) = (route, kind, slot, queued);
        (this.latency, this.clock, this.touched, this.release) = (latency, clock, touched, release);
    }

    public ModelRoute Route { get; }

    public RequestClass Kind { get; }

    /// <summary>The server's own slot that has read this document's prompt (<c>id_slot</c>, llama-server with several slots); null: any.</summary>
    public int? Slot { get; }

    /// <summary>How long it was waited for.</summary>
    public TimeSpan Queued { get; }

    /// <summary>The server has generated for it: its model is loaded.</summary>
    internal bool SawToken { get; private set; }

    /// <summary>The request leaves for the server.</summary>
    internal void Sent() => (sentAt, over) = (clock.GetTimestamp(), false);

    internal void FirstToken()
    {
        if (!SawToken && sentAt != 0)
        {
            SawToken = true;
            Interlocked.Exchange(ref touched, null)?.Invoke(this);
        }
    }

    /// <summary>The answer came to its end, or failed: the server has nothing more to do for it.</summary>
    internal void Over() => over = true;

    /// <summary>How long what was hung up may still keep the server busy; null where nothing was.</summary>
    internal TimeSpan? EstimatedRest() =>
        over || sentAt == 0 ? null
        // A server that generates notices at its next token; one that reads the prompt may read it to its end first (LM Studio).
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
