namespace Assistant.Tests.Matrix;

/// <summary>
/// Test double: a clock that advances only to timers that are due within seconds. Pauses before a retry pass at once; the limits for a
/// first byte and for silence pass only when the test advances the clock.
/// </summary>
internal sealed class HastyClock : TimeProvider
{
    /// <summary>Requests for a server's state have a limit of five seconds, which does not pass at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4.5);

    /// <summary>The limits of a question about a server: for its first byte and for the whole answer.</summary>
    private static readonly TimeSpan[] Questions = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)];

    private readonly FakeClock inner = new();
    private readonly Lock moving = new();
    private readonly Lock gate = new();
    private readonly HashSet<TimeSpan> seen = [];
    private readonly HashSet<TimeSpan> hurried = [];
    private int questions;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Watched(this);
        timer.Start(inner.CreateTimer(
            _ =>
            {
                timer.Note(Timeout.InfiniteTimeSpan);
                callback(state);
            },
            null,
            dueTime,
            period), dueTime);
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
        _ = AdvanceBetweenQuestionsAsync(due);
    }

    /// <summary>
    /// An advance for a hurried timer must not end the limit of a question that a server is answering meanwhile. A question that is
    /// never answered delays the advance by two seconds.
    /// </summary>
    private async Task AdvanceBetweenQuestionsAsync(TimeSpan due)
    {
        for (var wait = 0; wait < 200 && Volatile.Read(ref questions) > 0; wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), System);
        }
        lock (moving)
        {
            inner.Jump(due);
        }
    }

    private void See(TimeSpan due)
    {
        bool hurry;
        lock (gate)
        {
            seen.Add(due);
            hurry = hurried.Contains(due);
        }
        if (hurry)
        {
            _ = Task.Run(() => AdvanceBetweenQuestionsAsync(due));
        }
        else if (due > TimeSpan.Zero && due < Pause)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(due));
        }
    }

    private sealed class Watched(HastyClock clock) : ITimer
    {
        private ITimer? timer;
        private int isQuestion;

        public void Start(ITimer inner, TimeSpan dueTime)
        {
            timer = inner;
            Note(dueTime);
        }

        /// <summary>Counts the timer while it is the limit of a question.</summary>
        public void Note(TimeSpan dueTime)
        {
            var now = Questions.Contains(dueTime) ? 1 : 0;
            Interlocked.Add(ref clock.questions, now - Interlocked.Exchange(ref isQuestion, now));
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Note(dueTime);
            var changed = timer!.Change(dueTime, period);
            clock.See(dueTime);
            return changed;
        }

        public void Dispose()
        {
            Note(Timeout.InfiniteTimeSpan);
            timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
