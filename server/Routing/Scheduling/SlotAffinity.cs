namespace Assistant.Routing.Scheduling;

/// <summary>Which document's prompt each slot of a model has read last: the next request for it costs only what was typed since.</summary>
internal sealed class SlotAffinity(int slots)
{
    private readonly string?[] documents = new string?[slots];
    private readonly long[] usedAt = new long[slots];
    private long uses;

    public int Slots => slots;

    public bool Holds(string document) => documents.Contains(document);

    /// <summary>The slot that holds the document, else a free one: one that holds none, then the one that was used longest ago.</summary>
    /// <param name="taken">Slots that are busy; there is a free one.</param>
    /// <returns>Null where busy requests do not say which slots they are in.</returns>
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

    /// <summary>Where the server chooses the slot itself: it is taken to keep as many prompts as it has slots.</summary>
    public void Note(string? document)
    {
        if (document is not null)
        {
            Use(Holds(document) ? Array.IndexOf(documents, document) : Enumerable.Range(0, slots).MinBy(slot => usedAt[slot]), document);
        }
    }

    private void Use(int slot, string? document) => (documents[slot], usedAt[slot]) = (document, ++uses);
}
