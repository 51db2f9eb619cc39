namespace Assistant.Tests.Matrix;

/// <summary>
/// Test double: a clock that advances only to timers that are due within seconds. Pauses before a retry pass at once; the limits for a
/// first byte and for silence pass only when the test advances the clock.
/// </summary>
internal sealed class HastyClock : TimeProvider
{
    /// <summary>Requests for a server's state have a limit of five seconds, which does not pass at once.</summary>
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

    /// <summary>Fires timers of exactly this length at once, also those that are set already.</summary>
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
