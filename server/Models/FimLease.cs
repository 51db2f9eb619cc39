namespace Assistant.Models;

/// <summary>The right to one generation. Disposing it gives the slot back: at once if the generation ended, else when the server is done with it.</summary>
public sealed class FimLease : IDisposable
{
    private Action? release;

    internal FimLease(Action release) => this.release = release;

    public void Dispose() => Interlocked.Exchange(ref release, null)?.Invoke();
}
