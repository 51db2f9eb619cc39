namespace Assistant.Tests.Matrix;

/// <summary>
/// Test double: a clock that stands still, except that it goes on to whatever is due within seconds: pauses before another try pass at
/// once, while the time for a first byte or for silence passes only when the test lets it.
/// </summary>
internal sealed class HastyClock : TimeProvider
{
    /// <summary>Questions about a server have five seconds; they are no pause.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4.5);

    private readonly FakeClock inner = new();
    private readonly Lock moving = new();
    private readonly Lock gate = new();
    private readonly HashSet<TimeSpan> seen = [];
    private readonly HashSet<TimeSpan> hurried = [];

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Watched(inner.CreateTimer(callback, state, dueTime, period), this);
        See(dueTime);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        lock (moving)
        {
            inner.Advance(time);
        }
    }

    /// <summary>Timers that are due in exactly this time run out as soon as they are set, those too that are set already.</summary>
    public void Hurry(TimeSpan due)
    {
        lock (gate)
        {
            hurried.Add(due);
            if (!seen.Contains(due))
            {
                return;
            }
        }
        Advance(due);
    }

    private void See(TimeSpan due)
    {
        bool hurry;
        lock (gate)
        {
            seen.Add(due);
            hurry = hurried.Contains(due);
        }
        if (hurry || (due > TimeSpan.Zero && due < Pause))
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(due));
        }
    }

    private sealed class Watched(ITimer timer, HastyClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            clock.See(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
