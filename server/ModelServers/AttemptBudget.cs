namespace Assistant.ModelServers;

/// <summary>
/// The maximum number of HTTP requests for one chat, one embedding or one completion, shared by every layer that could retry. A layer
/// takes one attempt before it begins a request. Without an attempt left, a layer rethrows its failure unchanged. Thread-safe: hedged
/// requests share one budget.
/// </summary>
/// <param name="attempts">At least 1.</param>
public sealed class AttemptBudget(int attempts)
{
    /// <summary>
    /// Three routes, and three retries shared by all layers: a refused connection, a shrunk prompt, another tool call mode, a busy server.
    /// More attempts would queue whole prompts at servers that have just reported that they are busy.
    /// </summary>
    public const int Chat = 6;

    /// <summary>The limit of a chat. The batches of one attempt count as one: a batch after an answered batch is no retry.</summary>
    public const int Embeddings = 6;

    /// <summary>Three models, each with one retry of a refused connection.</summary>
    public const int Completion = 6;

    private int left = attempts;

    /// <summary>Attempts that are not taken yet.</summary>
    public int Left => Math.Max(0, Volatile.Read(ref left));

    /// <summary>Takes one attempt.</summary>
    /// <returns>False if none is left.</returns>
    public bool TryTake() => Interlocked.Decrement(ref left) >= 0;
}
