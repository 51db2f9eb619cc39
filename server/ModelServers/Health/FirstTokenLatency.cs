namespace Assistant.ModelServers.Health;

/// <summary>How fast one model gave its first tokens lately, for one class of requests. Any thread.</summary>
internal sealed class FirstTokenLatency
{
    private const int Remembered = 9;

    private static readonly TimeSpan Unmeasured = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Queue<double> firstTokens = new();

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

    public void Add(TimeSpan firstToken)
    {
        lock (gate)
        {
            firstTokens.Enqueue(firstToken.TotalMilliseconds);
            if (firstTokens.Count > Remembered)
            {
                firstTokens.Dequeue();
            }
        }
    }

    /// <summary>How long a server that was hung up while it read a prompt may still read it.</summary>
    public TimeSpan EstimatedRest(TimeSpan read)
    {
        var all = TimeToFirstTokenMs is { } median ? TimeSpan.FromMilliseconds(median) : Unmeasured;
        return all <= read ? TimeSpan.Zero : all - read < LongestRest ? all - read : LongestRest;
    }
}
