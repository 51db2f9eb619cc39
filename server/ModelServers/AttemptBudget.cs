namespace Assistant.ModelServers;

/// <summary>
/// The HTTP requests that one chat, one embedding or one completion may cost, however many layers could retry. A layer takes one attempt
/// for each request that it begins, before it begins it; a layer that gets none lets its failure go up unchanged. Thread-safe: hedged
/// requests take from the same budget.
/// </summary>
/// <param name="attempts">At least 1.</param>
public sealed class AttemptBudget(int attempts)
{
    /// <summary>
    /// Three routes, and three retries shared by all layers: a refused connection, a shrunk prompt, another tool call mode, a busy server.
    /// More would be a queue of whole prompts at servers that have just said that they are busy.
    /// </summary>
    public const int Chat = 6;

    /// <summary>As for a chat. The batches of one attempt count as one: a batch that follows an answered batch is no retry.</summary>
    public const int Embeddings = 6;

    /// <summary>Three models, each with one retry of a refused connection.</summary>
    public const int Completion = 6;

    private int left = attempts;

    /// <summary>Attempts that are not taken yet.</summary>
    public int Left => Math.Max(0, Volatile.Read(ref left));

    /// <summary>Takes one attempt.</summary>
    /// <returns>False where none is left.</returns>
    public bool TryTake() => Interlocked.Decrement(ref left) >= 0;
}
