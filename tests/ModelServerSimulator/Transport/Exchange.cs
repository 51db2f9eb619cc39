using System.Text;

namespace ModelServerSimulator;

/// <summary>One request and the way to answer it, byte for byte.</summary>
internal sealed class Exchange(HttpConnection connection, HttpRequest request, LoggedRequest record, SimulatorOptions options,
    CancellationToken stop)
{
    private bool chunked;

    public HttpRequest Request => request;

    public LoggedRequest Record => record;

    public SimulatorOptions Options => options;

    /// <summary>Cancelled when the simulator ends.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Cancelled when the client has hung up.</summary>
    public CancellationToken PeerGone => connection.PeerGone;

    public bool HeadSent { get; private set; }

    /// <summary>Whether another request may follow on this connection.</summary>
    public bool Keeps { get; private set; }

    /// <summary>A whole reply: the head's lines as they are, an empty line, the body as it is.</summary>
    public async Task ReplyAsync(Head head, string body)
    {
        record.Delivering();
        var bytes = Encoding.UTF8.GetBytes(Damaged(body));
        await SendHeadAsync(options.Damage is null ? head : head.WithLength(bytes.Length));
        if (head.IsChunked)
        {
            await connection.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n0\r\n\r\n"u8]);
        }
        else
        {
            await connection.WriteAsync(bytes);
        }
        Keeps = head.Keeps;
    }

    /// <summary>The head of a stream; its events follow.</summary>
    public async Task StartAsync(Head head)
    {
        await SendHeadAsync(head);
        chunked = head.IsChunked;
        Keeps = head.Keeps;
    }

    /// <summary>Writes a part of the stream, as one chunk if the options do not cut it.</summary>
    public async Task SendAsync(string text)
    {
        foreach (var piece in Splits.Cut(Encoding.UTF8.GetBytes(Damaged(text)), options.Split).Where(piece => piece.Length > 0))
        {
            if (chunked)
            {
                await connection.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"), .. piece, .. "\r\n"u8]);
            }
            else
            {
                await connection.WriteAsync(piece);
            }
        }
    }

    public async Task EndStreamAsync()
    {
        if (chunked)
        {
            await connection.WriteAsync("0\r\n\r\n"u8.ToArray());
        }
    }

    /// <summary>Bytes that are no HTTP.</summary>
    public Task RawAsync(string text) => connection.WriteAsync(Encoding.UTF8.GetBytes(text));

    public void Reset() => connection.Reset();

    /// <summary>Waits on the options' clock, no longer than client and simulator are there.</summary>
    public async Task DelayAsync(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, PeerGone);
            await Task.Delay(time, options.Clock, either.Token);
        }
    }

    private string Damaged(string body) => options.Damage?.Invoke(body) ?? body;

    private async Task SendHeadAsync(Head head)
    {
        HeadSent = true;
        if (options.HeadLineDelay > TimeSpan.Zero)
        {
            foreach (var line in head.Lines)
            {
                await DelayAsync(options.HeadLineDelay);
                await connection.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
            }
            await connection.WriteAsync("\r\n"u8.ToArray());
        }
        else
        {
            await connection.WriteAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", head.Lines) + "\r\n\r\n"));
        }
        record.Answered(head.Status);
    }
}

/// <summary>Status line and headers in their order.</summary>
/// <param name="Keeps">Whether the connection stays open after the reply.</param>
internal sealed record Head(int Status, bool Keeps, IReadOnlyList<string> Lines)
{
    public bool IsChunked => Lines.Any(line => line.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase));

    /// <summary>The same for a body of another length.</summary>
    public Head WithLength(int bytes) => this with
    {
        Lines = [.. Lines.Select(line =>
            line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? $"Content-Length: {bytes}" : line)],
    };
}

/// <summary>Cuts the bytes of a stream where clients are prone to fall over them.</summary>
internal static class Splits
{
    public static IEnumerable<byte[]> Cut(byte[] bytes, StreamSplit split)
    {
        var start = 0;
        foreach (var cut in CutsIn(bytes, split).Where(cut => cut > 0 && cut < bytes.Length).Distinct().Order())
        {
            yield return bytes[start..cut];
            start = cut;
        }
        yield return bytes[start..];
    }

    private static IEnumerable<int> CutsIn(byte[] bytes, StreamSplit split) => split switch
    {
        StreamSplit.EveryByte => Enumerable.Range(1, bytes.Length),
        StreamSplit.InsideUtf8 => Enumerable.Range(0, bytes.Length).Where(index => (bytes[index] & 0xC0) == 0x80),
        StreamSplit.InsideDataLine => [2, bytes.Length / 2, bytes.Length - 1],
        _ => [],
    };
}
