using Microsoft.Extensions.Time.Testing;

namespace Assistant.Tests;

/// <summary>
/// Test double: a clock that stands still until it is moved, and that reports when a timer is set, so that a test can wait until the code
/// under test has come to its wait.
/// </summary>
internal sealed class FakeClock() : FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Lock gate = new();
    private readonly HashSet<WatchedTimer> running = [];
    private readonly List<(Func<TimeSpan, bool> Reached, TaskCompletionSource Signal)> waits = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends when so many timers are set: the code under test has come to its waits.</summary>
    public Task WhenTimersAsync(int count)
    {
        lock (gate)
        {
            return running.Count >= count ? Task.CompletedTask : WhenAsync(_ => running.Count >= count).WaitAsync(TimeSpan.FromSeconds(30), System);
        }
    }

    /// <summary>Ends when a timer of this length is set, from now on. The caller guards against one that never is.</summary>
    public Task WhenSetAsync(TimeSpan length) => WhenAsync(set => set == length);

    private Task WhenAsync(Func<TimeSpan, bool> reached)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waits.Add((reached, signal));
        }
        return signal.Task;
    }

    private ITimer CreateUnwatched(Action fire) => base.CreateTimer(_ => fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private sealed class WatchedTimer : ITimer
    {
        private readonly FakeClock clock;
        private readonly ITimer timer;
        private bool repeats;

        public WatchedTimer(FakeClock clock, Action fire)
        {
            this.clock = clock;
            timer = clock.CreateUnwatched(() =>
            {
                Count(repeats);
                fire();
            });
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                repeats = period > TimeSpan.Zero;
                Count(dueTime != Timeout.InfiniteTimeSpan);
            }
            // The library's timer first: a test that is woken may move the clock at once.
            var changed = timer.Change(dueTime, period);
            lock (clock.gate)
            {
                foreach (var wait in clock.waits.Where(wait => dueTime != Timeout.InfiniteTimeSpan && wait.Reached(dueTime)).ToArray())
                {
                    clock.waits.Remove(wait);
                    wait.Signal.TrySetResult();
                }
            }
            return changed;
        }

        public void Dispose()
        {
            Count(false);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Count(bool isRunning)
        {
            lock (clock.gate)
            {
                _ = isRunning ? clock.running.Add(this) : clock.running.Remove(this);
            }
        }
    }
}
