namespace Assistant.Tests;

/// <summary>
/// Test double: a clock that only the test advances. Timers fire in <see cref="Advance"/>, in the order of their times, each at its
/// own time. FakeTimeProvider of Microsoft.Extensions.TimeProvider.Testing moves the clock to the end before it fires the first timer, and
/// an Advance beside another returns before the timers that it made due have fired.
/// </summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiters = [];
    private readonly List<(TimeSpan Length, TaskCompletionSource Set)> expected = [];
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
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        var end = GetUtcNow() + time;
        while (TakeDue(end) is { } due)
        {
            due.Fire();
        }
        lock (gate)
        {
            now = end;
        }
    }

    /// <summary>Ends when this number of timers is set, which means that the code under test has reached its waits.</summary>
    public Task WhenTimersAsync(int count)
    {
        lock (gate)
        {
            if (timers.Count >= count)
            {
                return Task.CompletedTask;
            }
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters.Add((count, reached));
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(30), System);
        }
    }

    /// <summary>
    /// Ends when the next timer of this length is set, which means that the code under test has reached that wait. The caller limits the
    /// time of its wait.
    /// </summary>
    public Task WhenSetAsync(TimeSpan length)
    {
        var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            expected.Add((length, set));
        }
        return set.Task;
    }

    private FakeTimer? TakeDue(DateTimeOffset end)
    {
        lock (gate)
        {
            var due = timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (due is not null)
            {
                now = due.Due > now ? due.Due : now;
                due.Reschedule();
            }
            return due;
        }
    }

    private sealed class FakeTimer(FakeClock clock, Action fire) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset Due { get; private set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                this.period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock.now + dueTime;
                    clock.timers.Add(this);
                    foreach (var waiter in clock.waiters.Where(waiter => clock.timers.Count >= waiter.Count).ToArray())
                    {
                        clock.waiters.Remove(waiter);
                        waiter.Reached.TrySetResult();
                    }
                    foreach (var awaited in clock.expected.Where(awaited => awaited.Length == dueTime).ToArray())
                    {
                        clock.expected.Remove(awaited);
                        awaited.Set.TrySetResult();
                    }
                }
                return true;
            }
        }

        /// <summary>Called after the timer fired, under the clock's lock.</summary>
        public void Reschedule()
        {
            if (period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero)
            {
                clock.timers.Remove(this);
            }
            else
            {
                Due += period;
            }
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
