using Assistant.Settings;

namespace Assistant.ModelServers.Transport;

/// <summary>
/// A reply's body under three timers. Until the first event the time for the first byte runs, after it the time for silence; every byte,
/// keepalive comments too, starts the running timer anew. The third one no byte prolongs, only a part of the answer: a token, or the whole
/// where it does not come in parts. Signs of life are heard for as long as loading and reading a prompt may take, not for ever.
/// </summary>
internal sealed class WatchedStream(Stream inner, EndpointSettings endpoint, TimeSpan firstByte, TimeProvider clock) : ReadOnlyStream
{
    /// <summary>
    /// In bytes. One event is a token, or at most a whole answer: the longest that a model writes, 128,000 tokens, is half a megabyte.
    /// </summary>
    private const int LongestPart = 4 << 20;

    private readonly CancellationTokenSource silence = new(Timeout.InfiniteTimeSpan, clock);
    private readonly CancellationTokenSource standstill = new(PatienceOf(endpoint), clock);
    private ReadOnlyMemory<byte> ahead;
    private bool ended;
    private bool atLineStart = true;
    private bool sawEvent;
    private bool inParts;
    private bool anyPart;
    private int sincePart;

    /// <summary>Whoever reads the body reads it in parts, of which none is longer than 4 MB, and tells of each that has come.</summary>
    public void ReadInParts() => inParts = true;

    /// <param name="says">It holds something of the answer; an event with an empty text does not, and prolongs nothing.</param>
    public void PartCame(bool says = true)
    {
        sincePart = 0;
        if (says)
        {
            anyPart = true;
            standstill.CancelAfter(PatienceOf(endpoint));
        }
    }

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
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, silence.Token, standstill.Token);
        try
        {
            var read = await inner.ReadAsync(buffer, either.Token);
            Look(buffer.Span[..read]);
            sincePart += read;
            return inParts && sincePart > LongestPart
                ? throw ModelServerErrors.UnexpectedServer(
                    endpoint, $"something that has sent {LongestPart >> 20} MB and no answer in them")
                : read;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            // Cancelling closes the connection, whatever is being read: a broken read may be the cancel's own.
            token.ThrowIfCancellationRequested();
            throw standstill.IsCancellationRequested ? ModelServerErrors.NoProgress(endpoint, PatienceOf(endpoint), anyPart)
                : !silence.IsCancellationRequested ? ModelServerErrors.ConnectionBroken(endpoint, error)
                : sawEvent ? ModelServerErrors.Idle(endpoint)
                : ModelServerErrors.NoFirstByte(endpoint, firstByte);
        }
        finally
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    // The server may load its model for this answer and then read the prompt, and tell all the time that it does.
    private static TimeSpan PatienceOf(EndpointSettings endpoint) => endpoint.LoadTimeout + endpoint.FirstByteTimeout;

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
            // The timers are not disposed: a read that is under way still stops them.
            standstill.CancelAfter(Timeout.InfiniteTimeSpan);
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
