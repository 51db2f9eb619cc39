namespace Assistant.ModelServers.Health;

/// <summary>The recent latency to the first token of one model, for one class of requests. Thread-safe.</summary>
internal sealed class FirstTokenLatency
{
    private const int MaxSamples = 9;

    private static readonly TimeSpan DefaultLatency = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRest = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Queue<double> firstTokens = new();

    /// <summary>
    /// Lower median of the recent answers, ms; null before the second. The first request reads the whole prompt, which the next ones need
    /// not, so that alone it would make a fast server look slow.
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
            if (firstTokens.Count > MaxSamples)
            {
                firstTokens.Dequeue();
            }
        }
    }

    /// <summary>The estimated time for which a server still reads the prompt of a request that was cancelled.</summary>
    /// <param name="read">The time for which it has read the prompt already.</param>
    public TimeSpan EstimatedRest(TimeSpan read)
    {
        var all = TimeToFirstTokenMs is { } median ? TimeSpan.FromMilliseconds(median) : DefaultLatency;
        return all <= read ? TimeSpan.Zero : all - read < MaxRest ? all - read : MaxRest;
    }
}
