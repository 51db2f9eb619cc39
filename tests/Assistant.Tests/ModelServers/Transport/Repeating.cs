using System.Text;
using Assistant.ModelServers.Transport;

namespace Assistant.Tests.ModelServers.Transport;

/// <summary>Test double: a body that repeats one text for ever after its beginning.</summary>
/// <param name="before">Called before each read.</param>
internal sealed class Repeating(string first, string then, Action? before = null) : ReadOnlyStream
{
    private readonly byte[] then = Encoding.UTF8.GetBytes(then);
    private ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(first);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Without it, a failing test would never yield and would have to be killed.
        await Task.Yield();
        before?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        rest = rest.IsEmpty ? then : rest;
        var length = Math.Min(buffer.Length, rest.Length);
        rest[..length].CopyTo(buffer);
        rest = rest[length..];
        return length;
    }
}
