namespace Assistant.Tests.Matrix;

/// <summary>
/// Test double: a clock on which pauses pass at once and limits pass only when the test lets them. A timer below
/// <see cref="Pause"/> (a pause before a retry) fires as soon as it is set; a longer one (the limit of a first byte, of silence, of a
/// question) fires when its length is hurried, and otherwise never, wherever the clock is by then.
/// </summary>
internal sealed class HastyClock : TimeProvider
{
    /// <summary>Questions about a server have a limit of five seconds, which is no pause.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4.5);

    private readonly Lock gate = new();
    private readonly HashSet<LengthTimer> running = [];
    private readonly HashSet<TimeSpan> hurried = [];
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LengthTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Fires the timers of exactly this length: those that are set, and from now on each one as soon as it is set.</summary>
    public void Hurry(TimeSpan length)
    {
        LengthTimer[] due;
        lock (gate)
        {
            hurried.Add(length);
            due = [.. running.Where(timer => timer.Length == length)];
            running.ExceptWith(due);
            now += length;
        }
        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    private sealed class LengthTimer(HastyClock clock, Action fire) : ITimer
    {
        private int version;

        public TimeSpan Length { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
            {
                throw new NotSupportedException("The model layer sets no timer that repeats.");
            }
            lock (clock.gate)
            {
                var set = ++version;
                Length = dueTime;
                clock.running.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }
                if (dueTime >= Pause && !clock.hurried.Contains(dueTime))
                {
                    clock.running.Add(this);
                    return true;
                }
                clock.now += dueTime;
                ThreadPool.QueueUserWorkItem(_ => FireIf(set));
            }
            return true;
        }

        public void Fire() => fire();

        public void Dispose()
        {
            lock (clock.gate)
            {
                version++;
                clock.running.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Fires unless the timer was changed or disposed since.</summary>
        private void FireIf(int set)
        {
            lock (clock.gate)
            {
                if (set != version)
                {
                    return;
                }
            }
            fire();
        }
    }
}
