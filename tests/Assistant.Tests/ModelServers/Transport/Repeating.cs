using System.Text;
using Assistant.ModelServers.Transport;

namespace Assistant.Tests.ModelServers.Transport;

/// <summary>Test double: a body that begins in one way, and then says the same for ever.</summary>
/// <param name="before">Called before each read.</param>
internal sealed class Repeating(string first, string then, Action? before = null) : ReadOnlyStream
{
    private readonly byte[] then = Encoding.UTF8.GetBytes(then);
    private ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(first);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A test that it never ends would have to be killed otherwise.
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
