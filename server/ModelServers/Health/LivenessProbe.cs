using Assistant.Families;

namespace Assistant.ModelServers.Health;

/// <summary>
/// Requests of one token to a model that is loaded: before its first use where its server does not even name it, and after a failure
/// that leaves in doubt whether it generates at all, since such servers go on answering every question about themselves. Never by the
/// clock: only where somebody wants the model now. One at a time; it outlives the waiter's cancel.
/// </summary>
internal sealed class LivenessProbe
{
    // Any text is one; its answer is thrown away.
    private const string Word = "x";

    private readonly Lock gate = new();
    private Task<ModelFamily>? naming;
    private Task? proving;

    /// <summary>The failures after which a server may still answer all questions and yet generate nothing.</summary>
    public static bool LeavesInDoubt(ModelFault fault) => fault is ModelFault.NoFirstByte or ModelFault.Idle or ModelFault.GeneratorDied;

    /// <summary>The family of a model that the server does not name, found by asking how many tokens its markers are, and kept.</summary>
    /// <param name="countTokens">Sends a text with a limit of one token; how many tokens it is, null where the server does not say.</param>
    /// <exception cref="ModelServerException">It does not generate.</exception>
    public Task<ModelFamily> FamilyAsync(string modelId, FamilyTable families, Func<string, Task<int?>> countTokens, CancellationToken token)
    {
        lock (gate)
        {
            if (naming is null || naming.IsFaulted || naming.IsCanceled)
            {
                naming = NameAsync(modelId, families, countTokens);
            }
            return naming.WaitAsync(token);
        }
    }

    /// <summary>Whether a model generates again, by one token; what came of it stands in the endpoint's failure.</summary>
    /// <exception cref="ModelServerException">It does not.</exception>
    public Task ProbeAsync(Func<string, Task<int?>> countTokens, CancellationToken token)
    {
        lock (gate)
        {
            if (proving is null || proving.IsCompleted)
            {
                proving = countTokens(Word);
            }
            return proving.WaitAsync(token);
        }
    }

    /// <summary>The server failed, or is another one: what was found no longer holds.</summary>
    public void Forget()
    {
        lock (gate)
        {
            naming = null;
        }
    }

    private static async Task<ModelFamily> NameAsync(string modelId, FamilyTable families, Func<string, Task<int?>> countTokens)
    {
        foreach (var (family, markers) in MarkerProbes.Rows)
        {
            if (await countTokens(string.Concat(markers)) is { } count && MarkerProbes.AreSpecial(markers, count))
            {
                return ModelFamilies.Named(family)!;
            }
        }
        return families.Of(modelId);
    }
}
