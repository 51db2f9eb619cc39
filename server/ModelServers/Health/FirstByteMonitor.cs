namespace Assistant.ModelServers.Health;

/// <summary>
/// Detects a server that has taken a request and stays silent for some seconds longer than usual, long before the first-byte timeout. It
/// only reports: it neither ends nor sends a request.
/// </summary>
internal sealed class FirstByteMonitor(TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxSamples = 8;

    // Allows for a prompt that is longer than the ones before.
    private static readonly TimeSpan BeyondUsual = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Queue<TimeSpan> firstBytes = new();
    private readonly HashSet<Wait> silent = [];

    /// <summary>Raised on any thread after a change of <see cref="Silence"/>.</summary>
    public event Action? Changed;

    /// <summary>The longest unusual wait for a first byte at the last check; null if no wait is unusual.</summary>
    public TimeSpan? Silence
    {
        get
        {
            lock (gate)
            {
                return silent.Count == 0 ? null : silent.Max(wait => wait.Seen);
            }
        }
    }

    /// <summary>The silence after which it is reported.</summary>
    private TimeSpan Due
    {
        get
        {
            lock (gate)
            {
                var due = BeyondUsual + (firstBytes.Count == 0 ? TimeSpan.Zero : firstBytes.Max());
                return due > MinSilence ? due : MinSilence;
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var wait = new Wait(this, Due);
        var response = await base.SendAsync(request, cancellationToken);
        wait.Answered();
        return response;
    }

    /// <summary>One request that waits for its first byte.</summary>
    private sealed class Wait : IDisposable
    {
        private readonly FirstByteMonitor watch;
        private readonly long began;
        private readonly ITimer timer;

        public Wait(FirstByteMonitor watch, TimeSpan due)
        {
            this.watch = watch;
            began = watch.Clock.GetTimestamp();
            timer = watch.Clock.CreateTimer(static state => ((Wait)state!).Report(), this, due, Timeout.InfiniteTimeSpan);
        }

        public TimeSpan Seen { get; private set; }

        public void Answered()
        {
            lock (watch.gate)
            {
                watch.firstBytes.Enqueue(watch.Clock.GetElapsedTime(began));
                if (watch.firstBytes.Count > MaxSamples)
                {
                    watch.firstBytes.Dequeue();
                }
            }
        }

        public void Dispose()
        {
            timer.Dispose();
            bool was;
            lock (watch.gate)
            {
                was = watch.silent.Remove(this);
                Seen = TimeSpan.MaxValue;
            }
            if (was)
            {
                watch.Changed?.Invoke();
            }
        }

        // Reports again after each doubling of the wait, not every second.
        private void Report()
        {
            lock (watch.gate)
            {
                if (Seen == TimeSpan.MaxValue)
                {
                    return;
                }
                Seen = watch.Clock.GetElapsedTime(began);
                watch.silent.Add(this);
                timer.Change(Seen, Timeout.InfiniteTimeSpan);
            }
            watch.Changed?.Invoke();
        }
    }

    private TimeProvider Clock => clock;
}
