using Assistant.Families;

namespace Assistant.ModelServers.Health;

/// <summary>
/// Requests of one token to a loaded model. One runs before the model's first use if its server does not name the model, and one after a
/// failure that leaves in doubt whether the server generates: such a server still answers questions about itself. No timer starts a
/// probe: only a request for the model does. One runs at a time; a waiter's cancel does not end it.
/// </summary>
internal sealed class LivenessProbe
{
    // Any text will do; the answer is discarded.
    private const string ProbeText = "x";

    private readonly Lock gate = new();
    private Task<ModelFamily>? identifying;
    private Task? probing;

    /// <summary>The failures after which a server may still answer questions about itself and yet generate nothing.</summary>
    public static bool LeavesInDoubt(ModelFault fault) => fault is ModelFault.NoFirstByte or ModelFault.Idle or ModelFault.GeneratorDied;

    /// <summary>The family of a model that the server does not name, found by the token counts of FIM markers, and kept.</summary>
    /// <param name="countTokens">Sends a text with a limit of one token; returns its token count, null if the server reports none.</param>
    /// <exception cref="ModelServerException">The model does not generate.</exception>
    public Task<ModelFamily> FamilyAsync(
        string modelId, FamilyTable families, Func<string, Task<int?>> countTokens, CancellationToken token)
    {
        lock (gate)
        {
            if (identifying is null || identifying.IsFaulted || identifying.IsCanceled)
            {
                identifying = IdentifyAsync(modelId, families, countTokens);
            }
            return identifying.WaitAsync(token);
        }
    }

    /// <summary>Lets a model generate one token; the result clears or sets the endpoint's failure.</summary>
    /// <exception cref="ModelServerException">The model does not generate.</exception>
    public Task ProbeAsync(Func<string, Task<int?>> countTokens, CancellationToken token)
    {
        lock (gate)
        {
            if (probing is null || probing.IsCompleted)
            {
                probing = countTokens(ProbeText);
            }
            return probing.WaitAsync(token);
        }
    }

    /// <summary>Discards the family after a failure, or after the server has changed.</summary>
    public void Forget()
    {
        lock (gate)
        {
            identifying = null;
        }
    }

    private static async Task<ModelFamily> IdentifyAsync(string modelId, FamilyTable families, Func<string, Task<int?>> countTokens)
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
