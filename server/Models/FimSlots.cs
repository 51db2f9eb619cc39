namespace Assistant.Models;

/// <summary>One FIM generation in flight per endpoint and model, whatever slots the server has: parallel requests push each other's prompts out.</summary>
public sealed class FimSlots
{
    /// <summary>
    /// Waits until the model is free. Only the newest waits: an older one gets null at once, since nobody would see its answer.
    /// A lease that is disposed after a hang-up frees the slot when the server says so, or after the estimated rest.
    /// </summary>
    public Task<FimLease?> AcquireAsync(ModelRoute route, CancellationToken token) => throw new NotImplementedException();
}

/// <summary>The right to one generation; disposing it gives the slot back.</summary>
public sealed class FimLease : IDisposable
{
    public void Dispose()
    {
    }
}
