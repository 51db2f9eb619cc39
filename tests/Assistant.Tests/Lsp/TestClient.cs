using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;

namespace Assistant.Tests.Lsp;

/// <summary>
/// Test double: an LSP client in the test's process, over in-memory pipes. It shares no framing code with the server. Messages are sent in
/// the order of the calls, awaited or not.
/// <code>
/// await using var client = TestClient.Start((input, output) => server.RunAsync(...));
/// await client.InitializeAsync();
/// client.Notify(Methods.DidOpen, new(...));
/// var list = await client.RequestAsync(Methods.InlineCompletion, new(...));
/// var status = await client.WaitForAsync(Methods.Status, status => status.State == "up");
/// Assert.Equal(0, await client.ShutdownAsync());
/// </code>
/// </summary>
internal sealed class TestClient : IAsyncDisposable
{
    /// <summary>The limit for a test that hangs; no test waits for time.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Pipe toServer = new();
    private readonly Pipe toClient = new();
    private readonly Channel<byte[]> outbox = Channel.CreateUnbounded<byte[]>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> pending = new();
    private readonly ConcurrentDictionary<string, Func<JsonElement, string>> answers = new();
    private readonly List<JsonElement> received = [];
    private readonly List<Waiter> waiters = [];
    private readonly Task writing;
    private readonly Task reading;
    private int lastId;

    private TestClient(Func<PipeReader, PipeWriter, Task<int>> server)
    {
        Exit = Task.Run(() => server(toServer.Reader, toClient.Writer));
        writing = Task.Run(WriteAsync);
        reading = Task.Run(ReadAsync);
        Answer(Methods.WorkDoneProgressCreate, _ => null);
        Answer(Methods.RegisterCapability, _ => null);
    }

    /// <summary>The server's exit code.</summary>
    public Task<int> Exit { get; }

    /// <summary>All messages of the server so far, answers included.</summary>
    public IReadOnlyList<JsonElement> Received
    {
        get
        {
            lock (received)
            {
                return [.. received];
            }
        }
    }

    /// <summary>Runs a server in this process.</summary>
    /// <param name="server">Runs the server on its input and output pipes, and returns its exit code.</param>
    public static TestClient Start(Func<PipeReader, PipeWriter, Task<int>> server) => new(server);

    /// <summary>Sends `initialize` and `initialized`; without params, with all capabilities.</summary>
    public async Task<InitializeResult> InitializeAsync(InitializeParams? parameters = null)
    {
        var result = await RequestAsync(Methods.Initialize, parameters ?? new InitializeParams(Capabilities: Everything));
        Notify(Methods.Initialized, new NoParams());
        return result!;
    }

    public static ClientCapabilities Everything { get; } = new(
        new WorkspaceClientCapabilities(true, true, new(true), new(true, true)),
        new WindowClientCapabilities(true, new()),
        new GeneralClientCapabilities(["utf-16"]));

    /// <summary>
    /// Sends a request at once; the task is its answer. A cancelled token sends `$/cancelRequest`, and the task still waits for the answer.
    /// </summary>
    /// <exception cref="RpcException">The server answered with an error.</exception>
    public async Task<TResult?> RequestAsync<TParams, TResult>(
        RequestMethod<TParams, TResult> method, TParams parameters, CancellationToken token = default)
    {
        var answer = await RequestAsync(method.Name, JsonSerializer.Serialize(parameters, method.Params), token);
        if (answer.TryGetProperty("error", out var error))
        {
            throw new RpcException(error.Deserialize(RpcJson.Default.RpcError)!);
        }
        return answer.GetProperty("result").Deserialize(method.Result);
    }

    /// <summary>Sends a request with raw params; the task is the whole answer, with its result or error.</summary>
    public async Task<JsonElement> RequestAsync(string method, string json, CancellationToken token = default)
    {
        var id = Interlocked.Increment(ref lastId);
        var answer = pending[id.ToString()] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Send($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{json}} }""");
        await using (token.Register(() => Notify(CancelRequest.Method, new CancelParams(id))))
        {
            return await answer.Task.WaitAsync(Guard, TimeProvider.System, CancellationToken.None);
        }
    }

    public void Notify<TParams>(NotificationMethod<TParams> method, TParams parameters) =>
        Send($$"""{"jsonrpc":"2.0","method":"{{method.Name}}","params":{{JsonSerializer.Serialize(parameters, method.Params)}} }""");

    /// <summary>Sends a raw body in a frame.</summary>
    public void Send(string body) => SendBytes(Frame(body));

    /// <summary>Sends raw bytes.</summary>
    public void SendBytes(byte[] bytes) => outbox.Writer.TryWrite(bytes);

    public static byte[] Frame(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {bytes.Length}\r\n\r\n"), .. bytes];
    }

    /// <summary>Sets the answers to requests of the server. A request without one, or whose function throws, gets an error.</summary>
    public void Answer<TParams, TResult>(RequestMethod<TParams, TResult> method, Func<TParams, TResult> answer) =>
        answers[method.Name] = json => JsonSerializer.Serialize(answer(json.Deserialize(method.Params)!), method.Result);

    /// <summary>The first notification that fits, an earlier one included.</summary>
    public async Task<TParams> WaitForAsync<TParams>(NotificationMethod<TParams> method, Func<TParams, bool>? fits = null)
    {
        var message = await WaitForMessageAsync(message => MethodOf(message) == method.Name
            && (fits is null || fits(message.GetProperty("params").Deserialize(method.Params)!)));
        return message.GetProperty("params").Deserialize(method.Params)!;
    }

    /// <summary>The first message of any kind that fits.</summary>
    public Task<JsonElement> WaitForMessageAsync(Func<JsonElement, bool> fits)
    {
        lock (received)
        {
            if (received.FindIndex(message => fits(message)) is var index and >= 0)
            {
                return Task.FromResult(received[index]);
            }
            var waiter = new Waiter(fits, new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously));
            waiters.Add(waiter);
            return waiter.Found.Task.WaitAsync(Guard, TimeProvider.System);
        }
    }

    /// <summary>Sends `shutdown` and `exit`; returns the exit code.</summary>
    public async Task<int> ShutdownAsync()
    {
        await RequestAsync(Methods.Shutdown, new NoParams());
        Notify(Methods.Exit, new NoParams());
        return await ExitedAsync();
    }

    /// <summary>Closes stdin without a message, as a client that crashed.</summary>
    public async Task<int> HangUpAsync()
    {
        outbox.Writer.TryComplete();
        return await ExitedAsync();
    }

    /// <summary>The exit code of a server that ended by itself.</summary>
    public Task<int> ExitedAsync() => Exit.WaitAsync(Guard, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        await toClient.Reader.CompleteAsync();
        await writing;
    }

    private async Task WriteAsync()
    {
        await foreach (var bytes in outbox.Reader.ReadAllAsync())
        {
            await toServer.Writer.WriteAsync(bytes);
        }
        await toServer.Writer.CompleteAsync();
    }

    private async Task ReadAsync()
    {
        using var stream = toClient.Reader.AsStream(leaveOpen: true);
        var header = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            header.Add(one[0]);
            if (header is [.., 13, 10, 13, 10])
            {
                var length = int.Parse(Encoding.ASCII.GetString([.. header])["Content-Length: ".Length..]);
                header.Clear();
                var body = new byte[length];
                await stream.ReadExactlyAsync(body);
                Receive(JsonElement.Parse(body));
            }
        }
        foreach (var (_, answer) in pending)
        {
            answer.TrySetException(new IOException("The server ended without an answer."));
        }
    }

    private void Receive(JsonElement message)
    {
        lock (received)
        {
            received.Add(message);
            foreach (var waiter in waiters.Where(waiter => waiter.Fits(message)).ToArray())
            {
                waiters.Remove(waiter);
                waiter.Found.TrySetResult(message);
            }
        }
        var id = message.TryGetProperty("id", out var value) ? value.GetRawText() : null;
        if (MethodOf(message) is { } method && id is not null)
        {
            Send(AnswerTo(method, message, id));
        }
        else if (id is not null && pending.TryRemove(id, out var waiting))
        {
            waiting.TrySetResult(message);
        }
    }

    private string AnswerTo(string method, JsonElement message, string id)
    {
        try
        {
            var answer = answers.GetValueOrDefault(method)
                ?? throw new InvalidOperationException($"The test client has no answer to {method}.");
            return $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{answer(message.GetProperty("params"))}} }""";
        }
        catch (Exception exception)
        {
            // A test may also throw here to refuse the request.
            return $$"""{"jsonrpc":"2.0","id":{{id}},"error":{"code":-32601,"message":"{{JsonEncodedText.Encode(exception.Message)}}"} }""";
        }
    }

    private static string? MethodOf(JsonElement message) => message.TryGetProperty("method", out var method) ? method.GetString() : null;

    private sealed record Waiter(Func<JsonElement, bool> Fits, TaskCompletionSource<JsonElement> Found);
}
