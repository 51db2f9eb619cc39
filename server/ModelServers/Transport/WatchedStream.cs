using Assistant.Settings;

namespace Assistant.ModelServers.Transport;

/// <summary>
/// A reply's body under three timeouts. The first-byte timeout runs until the first event, the idle timeout after it; every byte, also of
/// a keepalive comment, restarts them. Only a part of the answer restarts the third: a token, or the whole answer of a reply without
/// parts. Keepalives alone therefore hold a reply open only for as long as a load and the reading of a prompt may take.
/// </summary>
internal sealed class WatchedStream(Stream inner, EndpointSettings endpoint, TimeSpan firstByte, TimeProvider clock) : ReadOnlyStream
{
    /// <summary>
    /// In bytes. A part is a token, or at most a whole answer: the longest answer of a model, 128,000 tokens, takes half a megabyte.
    /// </summary>
    private const int MaxPartBytes = 4 << 20;

    private readonly CancellationTokenSource silence = new(Timeout.InfiniteTimeSpan, clock);
    private readonly CancellationTokenSource standstill = new(ProgressTimeout(endpoint), clock);
    private ReadOnlyMemory<byte> ahead;
    private bool ended;
    private bool atLineStart = true;
    private bool sawEvent;
    private bool inParts;
    private bool anyPart;
    private int sincePart;

    /// <summary>Declares that the body's reader reads in parts of at most 4 MB and calls <see cref="PartCame"/> for each.</summary>
    public void ReadInParts() => inParts = true;

    /// <param name="hasContent">The part holds content; a part with an empty text extends no timeout.</param>
    public void PartCame(bool hasContent = true)
    {
        sincePart = 0;
        if (hasContent)
        {
            anyPart = true;
            standstill.CancelAfter(ProgressTimeout(endpoint));
        }
    }

    /// <summary>Waits for the first bytes and keeps them; an empty body is no error.</summary>
    /// <exception cref="ModelServerException">No byte arrived in time, or the connection broke.</exception>
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
            FindEvent(buffer.Span[..read]);
            sincePart += read;
            return inParts && sincePart > MaxPartBytes
                ? throw ModelServerErrors.UnexpectedServer(
                    endpoint, $"something that has sent {MaxPartBytes >> 20} MB and no answer in them")
                : read;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            // A cancel closes the connection, so a broken read may be the cancel's own effect.
            token.ThrowIfCancellationRequested();
            throw standstill.IsCancellationRequested ? ModelServerErrors.NoProgress(endpoint, ProgressTimeout(endpoint), anyPart)
                : !silence.IsCancellationRequested ? ModelServerErrors.ConnectionBroken(endpoint, error)
                : sawEvent ? ModelServerErrors.Idle(endpoint)
                : ModelServerErrors.NoFirstByte(endpoint, firstByte);
        }
        finally
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    // The server may load its model for this answer and then read the prompt, with keepalives all the time.
    private static TimeSpan ProgressTimeout(EndpointSettings endpoint) => endpoint.LoadTimeout + endpoint.FirstByteTimeout;

    // A line that is neither empty nor a comment begins an event: the server has begun to generate.
    private void FindEvent(ReadOnlySpan<byte> bytes)
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
            // The timers are not disposed: a running read still stops them.
            standstill.CancelAfter(Timeout.InfiniteTimeSpan);
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
