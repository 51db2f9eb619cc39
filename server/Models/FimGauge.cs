namespace Assistant.Models;

/// <summary>How fast one model answered lately, and how its last generation ended.</summary>
internal sealed class FimGauge(TimeProvider clock)
{
    private const int Remembered = 9;

    private readonly TimeProvider clock = clock;
    private readonly Lock gate = new();
    private readonly Queue<double> firstTokens = new();
    private Generation? last;

    /// <summary>
    /// Lower median of the recent answers, ms; null before the second: the first one reads the whole prompt, which the next ones need not,
    /// and would make a quick server pass for a slow one.
    /// </summary>
    public double? TimeToFirstTokenMs
    {
        get
        {
            lock (gate)
            {
                return firstTokens.Count < 2 ? null : firstTokens.Order().ElementAt((firstTokens.Count - 1) / 2);
            }
        }
    }

    public Generation Begin() => last = new Generation(this, clock.GetTimestamp());

    /// <summary>Forgets the last generation: a lease that begins has none yet.</summary>
    public void Clear() => last = null;

    /// <summary>How long a generation that was hung up may still keep the server busy; null where the last one ended by itself.</summary>
    public TimeSpan? EstimatedRest()
    {
        if (last is not { Ended: false } generation)
        {
            return null;
        }
        // A server that generates notices at its next token; one that reads the prompt may read it to its end first (LM Studio).
        return generation.SawToken
            ? TimeSpan.FromMilliseconds(100)
            : TimeSpan.FromMilliseconds(Math.Clamp((TimeToFirstTokenMs ?? 1_000) - clock.GetElapsedTime(generation.Started).TotalMilliseconds, 0, 10_000));
    }

    /// <summary>One request from its sending to its end; one that is neither ended nor failed was hung up.</summary>
    internal sealed class Generation(FimGauge gauge, long started)
    {
        public long Started => started;

        public bool SawToken { get; private set; }

        public bool Ended { get; private set; }

        /// <returns>ms from the sending to this first token.</returns>
        public double FirstToken()
        {
            SawToken = true;
            var milliseconds = gauge.clock.GetElapsedTime(started).TotalMilliseconds;
            lock (gauge.gate)
            {
                gauge.firstTokens.Enqueue(milliseconds);
                if (gauge.firstTokens.Count > Remembered)
                {
                    gauge.firstTokens.Dequeue();
                }
            }
            return milliseconds;
        }

        public void End() => Ended = true;
    }
}
