using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Assistant.Benchmarks;

/// <summary>
/// A model server of bare sockets, so that a benchmark measures the model layer alone. It reports itself as a llama-server with one model,
/// notes the arrival of a request's bytes, and streams the tokens that the benchmark sends.
/// </summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Channel<Arrival> arrivals = Channel.CreateUnbounded<Arrival>();

    public RawPeer()
    {
        listener.Start();
        BaseUrl = new Uri($"http://{listener.LocalEndpoint}");
        _ = AcceptAsync();
    }

    public Uri BaseUrl { get; }

    /// <summary>The next generation request.</summary>
    public ValueTask<Arrival> NextAsync() => arrivals.Reader.ReadAsync();

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The peer was disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var read = 0;
                do
                {
                    var got = await socket.ReceiveAsync(buffer.AsMemory(read));
                    if (got == 0)
                    {
                        return;
                    }
                    read += got;
                }
                while (!IsWhole(Encoding.ASCII.GetString(buffer, 0, read)));
                var at = Stopwatch.GetTimestamp();
                var head = Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 200));
                if (head.StartsWith("POST", StringComparison.Ordinal))
                {
                    var arrival = new Arrival(socket, at, IsChat: head.Contains("/chat/"));
                    arrivals.Writer.TryWrite(arrival);
                    await arrival.Over.Task;
                }
                else
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes(InfoReply(head)));
                }
            }
        }
        catch (SocketException)
        {
            // The client closed the connection.
        }
    }

    private static string InfoReply(string head) =>
        head.Contains("/v1/models")
        ? Reply("200 OK", """{"object":"list","data":[{"id":"qwen2.5-coder-7b-instruct","object":"model","owned_by":"llamacpp"}]}""")
        : head.Contains("/props") ? Reply("200 OK", """{"total_slots":1,"default_generation_settings":{"n_ctx":8192}}""")
        : head.Contains("/slots") ? Reply("200 OK", """[{"id":0,"is_processing":false}]""")
        : Reply("404 Not Found", """{"error":{"message":"not here"}}""");

    private static string Reply(string status, string body) =>
        $"HTTP/1.1 {status}\r\nServer: llama.cpp\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }
        const string Length = "Content-Length: ";
        var at = request.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        return at < 0 || at > end
            || request.Length - end - 4 >= int.Parse(request.AsSpan(at + Length.Length, request.IndexOf('\r', at) - at - Length.Length));
    }
}

/// <param name="At">Timestamp of the arrival of its last byte.</param>
internal sealed record Arrival(Socket Socket, long At, bool IsChat)
{
    private const string ChatHead = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":""";
    private const string TextHead = """{"id":"c","object":"text_completion","created":1,"model":"m","choices":""";

    public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task HeadAsync() => await Socket.SendAsync(
        "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());

    /// <returns>Timestamp of the sending.</returns>
    public async Task<long> TokenAsync(string text)
    {
        var bytes = Event(IsChat
            ? ChatHead + $$$"""[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}"""
            : TextHead + $$$"""[{"index":0,"text":"{{{text}}}","finish_reason":null}]}""");
        var at = Stopwatch.GetTimestamp();
        await Socket.SendAsync(bytes);
        return at;
    }

    public async Task EndAsync()
    {
        await Socket.SendAsync(Event(IsChat
            ? ChatHead + """[{"index":0,"delta":{},"finish_reason":"stop"}]}"""
            : TextHead + """[{"index":0,"text":"","finish_reason":"stop"}]}"""));
        await Socket.SendAsync(Event("[DONE]"));
        await Socket.SendAsync("0\r\n\r\n"u8.ToArray());
        Over.TrySetResult();
    }

    private static byte[] Event(string data)
    {
        var text = $"data: {data}\n\n";
        return Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");
    }
}
