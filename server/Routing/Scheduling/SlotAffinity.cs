namespace Assistant.Routing.Scheduling;

/// <summary>
/// The document whose prompt each slot of a model has read last: the slot's cache makes the document's next request cheap.
/// </summary>
internal sealed class SlotAffinity(int slots)
{
    private readonly string?[] documents = new string?[slots];
    private readonly long[] usedAt = new long[slots];
    private long uses;

    public int Slots => slots;

    public bool Holds(string document) => documents.Contains(document);

    /// <summary>
    /// The free slot that holds the document; else a free slot that holds none; else the free slot whose last use is oldest.
    /// </summary>
    /// <param name="taken">The busy slots; at least one slot is free.</param>
    /// <returns>Null if the slot of a busy request is not known.</returns>
    public int? Choose(string? document, IReadOnlyCollection<int?> taken)
    {
        if (taken.Contains(null))
        {
            return null;
        }
        var free = Enumerable.Range(0, slots).Where(slot => !taken.Contains(slot)).ToArray();
        var chosen = document is not null && free.FirstOrDefault(slot => documents[slot] == document, -1) is >= 0 and var own
            ? own
            : free.OrderBy(slot => documents[slot] is not null).ThenBy(slot => usedAt[slot]).First();
        Use(chosen, document);
        return chosen;
    }

    /// <summary>
    /// Records a document at a server that chooses the slot itself. Such a server is assumed to keep one prompt per slot.
    /// </summary>
    public void Note(string? document)
    {
        if (document is not null)
        {
            var oldest = Enumerable.Range(0, slots).MinBy(slot => usedAt[slot]);
            Use(Holds(document) ? Array.IndexOf(documents, document) : oldest, document);
        }
    }

    private void Use(int slot, string? document) => (documents[slot], usedAt[slot]) = (document, ++uses);
}
