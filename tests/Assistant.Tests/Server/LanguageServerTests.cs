using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Server;
using Assistant.Tests.Lsp;

namespace Assistant.Tests.Server;

/// <summary>Requests, cancellation and faults over the wire. `test/gate` answers when the test lets it.</summary>
public sealed class LanguageServerTests
{
    private static readonly RequestMethod<SecretParams, SecretResult> Gate = new(
        "test/gate", LspJson.Default.SecretParams, LspJson.Default.SecretResult);
    private static readonly NotificationMethod<NoParams> Bug = new("test/bug", LspJson.Default.NoParams);
    private static readonly NotificationMethod<NoParams> Slow = new("test/slow", LspJson.Default.NoParams);

    private readonly TestLog log = new();
    private readonly FakeClock clock = new();
    private readonly List<Gated> gated = [];
    private TaskCompletionSource arrived = new();
    private bool heedsToken = true;
    private bool parentLives = true;

    [Fact]
    public async Task The_newest_request_of_a_document_wins()
    {
        await using var client = await StartAsync();
        var older = await AskAsync(client, "a");
        var other = await AskAsync(client, "b");
        var newer = client.RequestAsync(Gate, new("a"));
        Assert.Equal(RpcErrorCodes.ContentModified, await ErrorOf(older));
        await ArrivedAsync(3);
        gated[1].Answer.SetResult("b");
        gated[2].Answer.SetResult("newest");
        Assert.Equal("newest", (await newer)!.Value);
        Assert.Equal("b", (await other)!.Value);
    }

    [Fact]
    public async Task The_answer_of_a_superseded_request_is_sent()
    {
        heedsToken = false;
        await using var client = await StartAsync();
        var older = await AskAsync(client, "a");
        var newer = await AskAsync(client, "a");
        Assert.True(gated[0].Token.IsCancellationRequested);
        gated[0].Answer.SetResult("served from the same stream");
        Assert.Equal("served from the same stream", (await older)!.Value);
        gated[1].Answer.SetResult("newest");
        Assert.Equal("newest", (await newer)!.Value);
    }

    [Theory]
    [InlineData("the client cancels it", RpcErrorCodes.RequestCancelled, null)]
    [InlineData("its handler throws", RpcErrorCodes.InternalError, "test/gate failed")]
    [InlineData("its handler is cancelled by something else", RpcErrorCodes.InternalError, "test/gate failed")]
    [InlineData("a mutation throws", RpcErrorCodes.ServerCancelled, "A bug ends the server")]
    public async Task A_failed_request_is_answered_with_an_error(string cause, int code, string? logged)
    {
        await using var client = await StartAsync();
        using var source = new CancellationTokenSource();
        var request = await AskAsync(client, "a", source.Token);
        switch (cause)
        {
            case "the client cancels it":
                await source.CancelAsync();
                break;
            case "its handler throws":
                gated[0].Answer.SetException(new InvalidCastException("bug"));
                break;
            case "its handler is cancelled by something else":
                gated[0].Answer.SetException(new TaskCanceledException("a timeout of its own"));
                break;
            case "a mutation throws":
                client.Notify(Bug, new());
                break;
        }
        Assert.Equal(code, await ErrorOf(request));
        if (cause == "a mutation throws")
        {
            Assert.Equal(1, await client.ExitedAsync());
        }
        else
        {
            await client.RequestAsync(Methods.Ping, new());
        }
        Assert.Equal(logged is null ? [] : [logged], log.Lines.Select(line => logged is not null && line.Contains(logged) ? logged : line));
    }

    [Fact]
    public async Task A_cancel_acts_before_the_queue()
    {
        using var leave = new ManualResetEventSlim();
        var enter = new TaskCompletionSource();
        LanguageServer<ToyState>? started = null;
        await using var client = await StartAsync(server => started = server);
        await started!.Loop.MutateAsync(state =>
        {
            enter.SetResult();
            leave.Wait(TestClient.Guard);
            return state;
        });
        await enter.Task.WaitAsync(TestClient.Guard, TimeProvider.System);
        using var source = new CancellationTokenSource();
        var queued = client.RequestAsync(Gate, new("a"), source.Token);
        await source.CancelAsync();
        // The read loop answers this request, so it has read the cancel before it.
        Assert.Equal(
            RpcErrorCodes.MethodNotFound,
            (await client.RequestAsync("test/unknown", "{}")).GetProperty("error").GetProperty("code").GetInt32());
        leave.Set();
        Assert.Equal(RpcErrorCodes.RequestCancelled, await ErrorOf(queued));
        Assert.Empty(gated);
    }

    [Fact]
    public async Task An_edit_that_does_not_fit_is_reported_and_other_documents_go_on()
    {
        await using var client = await StartAsync();
        Open(client, "a", "one");
        Open(client, "b", "two");
        client.Notify(Methods.DidChange, new(new("a", 2), [new("x", new(new(9, 0), new(9, 0)))]));
        Assert.Equal("a", (await client.WaitForAsync(Methods.Resync)).Uri);
        Assert.Equal(RpcErrorCodes.RequestFailed, await ErrorOf(CompleteAsync(client, "a", 3)));
        Assert.Equal("two", await CompleteAsync(client, "b", 3));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("""[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}]""")]
    [InlineData("""[{"text":"x","range":{"start":{"line":-1,"character":0},"end":{"line":0,"character":1}}}]""")]
    public async Task A_damaged_edit_puts_its_document_out_of_sync(string changes)
    {
        await using var client = await StartAsync();
        Open(client, "a", "one");
        var parameters = $$"""{"textDocument":{"uri":"a","version":2},"contentChanges":{{changes}}}""";
        client.Send($$"""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{parameters}}}""");
        Assert.Equal("a", (await client.WaitForAsync(Methods.Resync)).Uri);
        Assert.Equal(RpcErrorCodes.RequestFailed, await ErrorOf(CompleteAsync(client, "a", 3)));
        Open(client, "a", "again");
        Assert.Equal("again", await CompleteAsync(client, "a", 5));
    }

    [Fact]
    public async Task A_mutation_gets_the_value_that_was_read_for_it_and_later_messages_wait()
    {
        using var leave = new ManualResetEventSlim();
        await using var client = await StartAsync(server => server.OnMutation(
            Slow,
            (state, _) =>
            {
                leave.Wait(TestClient.Guard);
                return $"read behind {state.Texts["a"]}";
            },
            (state, _, text) => state with { Texts = state.Texts.SetItem("a", text) }));
        Open(client, "a", "one");
        client.Notify(Slow, new());
        var asked = CompleteAsync(client, "a", "read behind one".Length);
        leave.Set();
        Assert.Equal("read behind one", await asked);
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_costs_its_message_and_no_other()
    {
        await using var client = await StartAsync(server => server.OnMutation(
            Slow, string (_, _) => throw new IOException("The disk is gone."), (state, _, _) => state));
        client.Notify(Slow, new());
        Open(client, "a", "one");
        Assert.Equal("one", await CompleteAsync(client, "a", 3));
        Assert.Contains("The disk is gone.", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task An_initialize_whose_value_cannot_be_read_is_answered_with_an_error()
    {
        await using var client = TestClient.Start((input, output) =>
        {
            var server = new LanguageServer<string>("", new RpcConnection(input, output, log), clock, log);
            server.OnInitialize(ToyServer.Capabilities, string (_, _) => throw new IOException("The disk is gone."), (_, _, read) => read);
            return server.RunAsync(CancellationToken.None);
        });
        Assert.Equal(RpcErrorCodes.InternalError, await ErrorOf(client.InitializeAsync()));
        Assert.Contains("The disk is gone.", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task Shutdown_waits_for_handlers()
    {
        await using var client = await StartAsync();
        var (request, shutdown) = await ShutDownWhileAskedAsync(client);
        gated[0].Answer.SetResult("in time");
        await shutdown;
        Assert.Equal("in time", (await request)!.Value);
    }

    [Fact]
    public async Task Shutdown_asks_handlers_to_end_after_a_while()
    {
        await using var client = await StartAsync();
        var (request, shutdown) = await ShutDownWhileAskedAsync(client);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RpcErrorCodes.ServerCancelled, await ErrorOf(request));
        await shutdown;
    }

    [Fact]
    public async Task Shutdown_goes_on_without_a_handler_that_will_not_end()
    {
        heedsToken = false;
        await using var client = await StartAsync();
        var (request, shutdown) = await ShutDownWhileAskedAsync(client);
        clock.Advance(TimeSpan.FromSeconds(1));
        await clock.WhenTimersAsync(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await shutdown;
        client.Notify(Methods.Exit, new());
        Assert.Equal(0, await ExitedWithClockAsync(client));
        Assert.Equal(RpcErrorCodes.ServerCancelled, await ErrorOf(request));
        gated[0].Answer.SetResult("too late");
    }

    [Fact]
    public async Task Requests_before_the_end_of_stdin_are_answered()
    {
        await using var client = await StartAsync();
        Open(client, "a", "one");
        var request = CompleteAsync(client, "a", 3);
        Assert.Equal(1, await client.HangUpAsync());
        Assert.Equal("one", await request);
    }

    [Fact]
    public async Task The_end_of_the_parent_ends_the_server()
    {
        await using var client = await StartAsync(parameters: new InitializeParams(ProcessId: 4711));
        await clock.WhenTimersAsync(1);
        clock.Advance(TimeSpan.FromSeconds(10));
        await client.RequestAsync(Methods.Ping, new());
        Assert.False(client.Exit.IsCompleted);
        parentLives = false;
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, await client.ExitedAsync());
    }

    [Fact]
    public async Task A_parent_that_is_gone_already_ends_the_server()
    {
        parentLives = false;
        await using var client = await StartAsync(parameters: new InitializeParams(ProcessId: 4711));
        Assert.Equal(1, await client.ExitedAsync());
    }

    [Fact]
    public void This_process_is_alive_and_another_is_not()
    {
        Assert.True(ParentProcess.IsAlive(Environment.ProcessId));
        Assert.False(ParentProcess.IsAlive(int.MaxValue));
    }

    private async Task<TestClient> StartAsync(Action<LanguageServer<ToyState>>? configure = null, InitializeParams? parameters = null)
    {
        var client = TestClient.Start((input, output) =>
        {
            var server = ToyServer.Create(input, output, log, clock, _ => parentLives);
            server.OnRequest(Gate, WaitAtGateAsync, newestOf: p => p.Name);
            server.OnMutation(Bug, (ToyState state, NoParams _) => throw new InvalidOperationException("bug"));
            configure?.Invoke(server);
            return server.RunAsync(CancellationToken.None);
        });
        await client.InitializeAsync(parameters);
        return client;
    }

    private async Task<SecretResult> WaitAtGateAsync(ToyState state, SecretParams p, RequestContext context, CancellationToken token)
    {
        var gate = new Gated(new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously), token);
        lock (gated)
        {
            gated.Add(gate);
            arrived.TrySetResult();
        }
        return new SecretResult(await gate.Answer.Task.WaitAsync(heedsToken ? token : CancellationToken.None));
    }

    /// <summary>Sends a request and returns when it is at the gate. The inner task is its answer.</summary>
    private async Task<Task<SecretResult?>> AskAsync(TestClient client, string name, CancellationToken token = default)
    {
        var before = gated.Count;
        var answer = client.RequestAsync(Gate, new(name), token);
        await ArrivedAsync(before + 1);
        return answer;
    }

    /// <summary>Returns when the server waits for the request that is at the gate.</summary>
    private async Task<(Task<SecretResult?> Request, Task Shutdown)> ShutDownWhileAskedAsync(TestClient client)
    {
        var request = await AskAsync(client, "a");
        var shutdown = client.RequestAsync(Methods.Shutdown, new());
        await clock.WhenTimersAsync(1);
        return (request, shutdown);
    }

    private async Task ArrivedAsync(int count)
    {
        while (true)
        {
            Task next;
            lock (gated)
            {
                if (gated.Count >= count)
                {
                    return;
                }
                arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                next = arrived.Task;
            }
            await next.WaitAsync(TestClient.Guard, TimeProvider.System);
        }
    }

    private async Task<int> ExitedWithClockAsync(TestClient client)
    {
        while (!client.Exit.IsCompleted)
        {
            await Task.WhenAny(client.Exit, clock.WhenTimersAsync(1));
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        return await client.ExitedAsync();
    }

    private static void Open(TestClient client, string uri, string text) =>
        client.Notify(Methods.DidOpen, new(new(uri, "csharp", 1, text)));

    private static async Task<string?> CompleteAsync(TestClient client, string uri, int character) =>
        (await client.RequestAsync(
            Methods.InlineCompletion, new(new(uri), new(0, character), new(InlineCompletionTriggerKind.Invoked))))?.Items[0].InsertText;

    private static async Task<int> ErrorOf<T>(Task<T> request) => (await Assert.ThrowsAsync<RpcException>(() => request)).Error.Code;

    private sealed record Gated(TaskCompletionSource<string> Answer, CancellationToken Token);
}
