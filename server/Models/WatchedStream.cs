using Assistant.Settings;

namespace Assistant.Models;

/// <summary>
/// A reply's body under two timers. Until the first event the time for the first byte runs, after it the time for silence; every byte,
/// keepalive comments too, starts the running timer anew. There is no limit on the whole.
/// </summary>
internal sealed class WatchedStream(Stream inner, EndpointSettings endpoint, TimeSpan firstByte, TimeProvider clock) : ReadOnlyStream
{
    private readonly CancellationTokenSource silence = new(Timeout.InfiniteTimeSpan, clock);
    private ReadOnlyMemory<byte> ahead;
    private bool ended;
    private bool atLineStart = true;
    private bool sawEvent;

    /// <summary>Waits for the first bytes and keeps them; an empty body is no error.</summary>
    /// <exception cref="ModelServerException">Nothing came in time, or the connection broke.</exception>
    public async Task ReadAheadAsync(CancellationToken token)
    {
        var buffer = new byte[4096];
        var read = await ReadInnerAsync(buffer, token);
        ahead = buffer.AsMemory(0, read);
        ended = read == 0;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (ahead.Length > 0)
        {
            var taken = Math.Min(ahead.Length, buffer.Length);
            ahead[..taken].CopyTo(buffer);
            ahead = ahead[taken..];
            return taken;
        }
        return ended ? 0 : await ReadInnerAsync(buffer, cancellationToken);
    }

    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken token)
    {
        silence.CancelAfter(sawEvent ? endpoint.IdleTimeout : firstByte);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, silence.Token);
        try
        {
            var read = await inner.ReadAsync(buffer, either.Token);
            Look(buffer.Span[..read]);
            return read;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            // Cancelling closes the connection, whatever is being read: a broken read may be the cancel's own.
            token.ThrowIfCancellationRequested();
            throw !silence.IsCancellationRequested ? Faults.BrokenOff(endpoint, error)
                : sawEvent ? Faults.Idle(endpoint)
                : Faults.NoFirstByte(endpoint, firstByte);
        }
        finally
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    // A line that is neither empty nor a comment begins an event: from there on the server generates.
    private void Look(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && !sawEvent; i++)
        {
            var newLine = bytes[i] is (byte)'\r' or (byte)'\n';
            sawEvent = atLineStart && !newLine && bytes[i] != (byte)':';
            atLineStart = newLine;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The timer is not disposed: a read that is under way still stops it.
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
