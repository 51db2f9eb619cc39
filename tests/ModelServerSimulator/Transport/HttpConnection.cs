using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace ModelServerSimulator;

/// <summary>One connection. Reads all the time, so that a hang-up is seen when it comes and not at the next write.</summary>
internal sealed class HttpConnection(Socket socket, Func<CancellationTokenSource, Task> peerClosed) : IDisposable
{
    private readonly Pipe incoming = new(new PipeOptions(pauseWriterThreshold: 64 << 20, resumeWriterThreshold: 32 << 20));
    private readonly CancellationTokenSource peerGone = new();

    /// <summary>Cancelled when the peer has closed or reset the connection.</summary>
    public CancellationToken PeerGone => peerGone.Token;

    /// <summary>Moves what comes from the socket into the pipe until the peer hangs up.</summary>
    public async Task PumpAsync()
    {
        try
        {
            while (await socket.ReceiveAsync(incoming.Writer.GetMemory(16 << 10)) is var read && read > 0)
            {
                incoming.Writer.Advance(read);
                await incoming.Writer.FlushAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A reset, or our own end of the connection: both end the reading like a close does.
        }
        await peerClosed(peerGone);
        await incoming.Writer.CompleteAsync();
    }

    /// <summary>The next request, or null if the peer has hung up or sent what is no HTTP.</summary>
    public async Task<HttpRequest?> ReadAsync(CancellationToken stop)
    {
        if (await TakeAsync(buffer => IndexAfter(buffer, "\r\n\r\n"u8), stop) is not { } headBytes)
        {
            return null;
        }
        var head = Encoding.Latin1.GetString(headBytes)[..^4];
        if (head.Split("\r\n")[0].Split(' ') is not [var method, var path, var version])
        {
            return null;
        }
        byte[]? body = [];
        if (HttpRequest.Header(head, "Transfer-Encoding") is { } coding && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            body = await ReadChunksAsync(stop);
        }
        else if (int.TryParse(HttpRequest.Header(head, "Content-Length"), out var length) && length > 0)
        {
            body = await TakeAsync(buffer => buffer.Length >= length ? length : null, stop);
        }
        return body is null ? null : new HttpRequest(method, path, version, head, body);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The writer may see it before the reader does; the log must have it before the exchange ends.
            await peerClosed(peerGone);
            throw new OperationCanceledException("The client has hung up.", e, peerGone.Token);
        }
    }

    public void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was quicker.
        }
        socket.Dispose();
    }

    public void Dispose()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was quicker.
        }
        socket.Dispose();
    }

    private async Task<byte[]?> ReadChunksAsync(CancellationToken stop)
    {
        using var body = new MemoryStream();
        while (await TakeAsync(buffer => IndexAfter(buffer, "\r\n"u8), stop) is { } line)
        {
            var size = int.Parse(Encoding.Latin1.GetString(line).Split(';')[0].Trim(), NumberStyles.HexNumber,
                CultureInfo.InvariantCulture);
            if (await TakeAsync(buffer => buffer.Length >= size + 2 ? size + 2 : null, stop) is not { } chunk)
            {
                return null;
            }
            if (size == 0)
            {
                return body.ToArray();
            }
            body.Write(chunk, 0, size);
        }
        return null;
    }

    /// <summary>Takes as many bytes as <paramref name="enough"/> asks for, once it is content; null at the end of input.</summary>
    private async Task<byte[]?> TakeAsync(Func<ReadOnlySequence<byte>, long?> enough, CancellationToken stop)
    {
        while (true)
        {
            var read = await incoming.Reader.ReadAsync(stop);
            if (enough(read.Buffer) is { } length)
            {
                var taken = read.Buffer.Slice(0, length).ToArray();
                incoming.Reader.AdvanceTo(read.Buffer.GetPosition(length));
                return taken;
            }
            incoming.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static long? IndexAfter(ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> mark)
    {
        var index = buffer.ToArray().AsSpan().IndexOf(mark);
        return index < 0 ? null : index + mark.Length;
    }
}
