namespace Assistant.ModelServers.Health;

/// <summary>
/// Sees when a server has taken a request and says nothing for some seconds longer than is usual for it, long before the time for the
/// first byte is over. It ends nothing and asks nobody: it only tells.
/// </summary>
internal sealed class FirstByteMonitor(TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Remembered = 8;

    // A prompt that is longer than the ones before takes longer too.
    private static readonly TimeSpan BeyondUsual = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Queue<TimeSpan> firstBytes = new();
    private readonly HashSet<Wait> silent = [];

    /// <summary>Raised on any thread where <see cref="Silence"/> changed.</summary>
    public event Action? Changed;

    /// <summary>How long the server had said nothing when it was looked at last; null where nothing is unusual.</summary>
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

    /// <summary>How long a server may be silent before that is told.</summary>
    private TimeSpan Due
    {
        get
        {
            lock (gate)
            {
                var due = BeyondUsual + (firstBytes.Count == 0 ? TimeSpan.Zero : firstBytes.Max());
                return due > LeastSilence ? due : LeastSilence;
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
            timer = watch.Clock.CreateTimer(static state => ((Wait)state!).Look(), this, due, Timeout.InfiniteTimeSpan);
        }

        public TimeSpan Seen { get; private set; }

        public void Answered()
        {
            lock (watch.gate)
            {
                watch.firstBytes.Enqueue(watch.Clock.GetElapsedTime(began));
                if (watch.firstBytes.Count > Remembered)
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

        // Told again whenever it has doubled: nobody reads a counter.
        private void Look()
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
