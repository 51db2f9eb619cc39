using System.IO.Pipelines;
using System.Text.Json;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;

namespace Assistant.Tests.Lsp.JsonRpc;

/// <summary>Two of our connections with each other, and the faults that can occur between them.</summary>
public sealed class RpcConnectionTests : IAsyncLifetime
{
    private readonly Pipe there = new();
    private readonly Pipe back = new();
    private readonly TestLog log = new();
    private readonly TestReceiver receiver = new();
    private RpcConnection near = null!;
    private RpcConnection far = null!;
    private Task nearRuns = null!;
    private Task farRuns = null!;

    public ValueTask InitializeAsync()
    {
        near = new RpcConnection(back.Reader, there.Writer, log);
        far = new RpcConnection(there.Reader, back.Writer, log);
        nearRuns = near.RunAsync(receiver, CancellationToken.None);
        farRuns = far.RunAsync(receiver, CancellationToken.None);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await near.DisposeAsync();
        await far.DisposeAsync();
        await Task.WhenAll(nearRuns, farRuns).WaitAsync(TestClient.Guard, TimeProvider.System);
    }

    [Fact]
    public async Task A_request_gets_its_answer_in_both_directions()
    {
        receiver.Handle = (request, _) => request.RespondAsync(new SecretResult(request.Method), LspJson.Default.SecretResult);
        Assert.Equal("assistant/secret", (await near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))?.Value);
        Assert.Equal("assistant/secret", (await far.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))?.Value);
    }

    [Fact]
    public async Task Answers_may_come_in_any_order()
    {
        var requests = new List<RpcRequest>();
        var both = new TaskCompletionSource();
        receiver.Handle = (request, _) =>
        {
            requests.Add(request);
            if (requests.Count == 2)
            {
                both.SetResult();
            }
            return Task.CompletedTask;
        };
        var first = near.RequestAsync(Methods.Secret, new("1"), CancellationToken.None);
        var second = near.RequestAsync(Methods.Secret, new("2"), CancellationToken.None);
        await both.Task;
        await requests[1].RespondAsync(new SecretResult("b"), LspJson.Default.SecretResult);
        Assert.Equal("b", (await second)!.Value);
        await requests[0].RespondAsync(new SecretResult("a"), LspJson.Default.SecretResult);
        Assert.Equal("a", (await first)!.Value);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(RpcErrorCodes.RequestCancelled)]
    [InlineData(RpcErrorCodes.MethodNotFound)]
    [InlineData(RpcErrorCodes.InvalidParams)]
    [InlineData(-32003)]
    public async Task An_error_reaches_the_caller(int code)
    {
        receiver.Handle = (request, _) => request.FailAsync(new RpcError(code, "no"));
        var error = await Assert.ThrowsAsync<RpcException>(() => near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None));
        Assert.Equal(new RpcError(code, "no"), error.Error);
    }

    [Fact]
    public async Task An_answer_of_the_wrong_shape_is_an_error()
    {
        receiver.Handle = (request, _) => request.RespondAsync(JsonElement.Parse("[1]"), LspJson.Default.JsonElement);
        var error = await Assert.ThrowsAsync<RpcException>(() => near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None));
        Assert.Equal(RpcErrorCodes.InvalidParams, error.Error.Code);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_written_becomes_an_error()
    {
        receiver.Handle = (request, _) => request.RespondAsync(default, LspJson.Default.JsonElement);
        var error = await Assert.ThrowsAsync<RpcException>(() => near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None));
        Assert.Equal(RpcErrorCodes.InternalError, error.Error.Code);
        Assert.Contains("assistant/secret", Assert.Single(log.Lines));
        Assert.Equal(0, far.InFlight);
        await AssertAliveAsync();
    }

    [Fact]
    public async Task Params_that_cannot_be_written_cost_their_call_only()
    {
        var bad = new ExecuteCommandParams("a", [default]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => near.RequestAsync(Methods.ExecuteCommand, bad, CancellationToken.None));
        await AssertAliveAsync();
    }

    [Fact]
    public async Task Only_the_first_answer_goes_out()
    {
        receiver.Handle = async (request, _) =>
        {
            await request.RespondAsync(new SecretResult("first"), LspJson.Default.SecretResult);
            await request.RespondAsync(new SecretResult("second"), LspJson.Default.SecretResult);
            await request.FailAsync(new RpcError(-5, "no"));
        };
        Assert.Equal("first", (await near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))!.Value);
        Assert.Equal("first", (await near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))!.Value);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_receiver_that_throws_costs_its_request_only()
    {
        receiver.Handle = (request, _) => throw new InvalidCastException("bug");
        var error = await Assert.ThrowsAsync<RpcException>(() => near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None));
        Assert.Equal(RpcErrorCodes.InternalError, error.Error.Code);
        receiver.Handle = (request, _) => request.RespondAsync(new SecretResult("fine"), LspJson.Default.SecretResult);
        Assert.Equal("fine", (await near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))!.Value);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_at_once_and_sends_a_cancel()
    {
        var seen = new TaskCompletionSource<RpcRequest>();
        receiver.Handle = (request, _) =>
        {
            seen.SetResult(request);
            return Task.CompletedTask;
        };
        using var source = new CancellationTokenSource();
        var call = near.RequestAsync(Methods.Secret, new("a"), source.Token);
        var request = await seen.Task;
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Cancelled(request.Token);
        Assert.Equal(RpcErrorCodes.RequestCancelled, request.CancelReason.Code);
        await request.RespondAsync(new SecretResult("late"), LspJson.Default.SecretResult);
        await AssertAliveAsync();
    }

    [Fact]
    public async Task A_call_whose_token_is_cancelled_already_is_not_sent()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => near.RequestAsync(Methods.Secret, new("a"), new CancellationToken(canceled: true)));
        await AssertAliveAsync();
        Assert.Equal(["assistant/secret"], receiver.Requested);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_while_it_is_received_has_a_cancelled_token()
    {
        receiver.Handle = (request, _) =>
        {
            far.CancelAll(new RpcError(RpcErrorCodes.ServerCancelled, "end"));
            return request.FailAsync(request.Token.IsCancellationRequested ? request.CancelReason : new RpcError(-5, "lost"));
        };
        var error = await Assert.ThrowsAsync<RpcException>(() => near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None));
        Assert.Equal(RpcErrorCodes.ServerCancelled, error.Error.Code);
    }

    [Fact]
    public async Task A_message_is_received_when_the_receiver_is_done_with_the_one_before()
    {
        var order = new List<string>();
        var first = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        receiver.Notified = async _ =>
        {
            order.Add("begin");
            first.TrySetResult();
            await released.Task;
            order.Add("end");
        };
        await near.NotifyAsync(Methods.DidChangeSecret, new("a"));
        await near.NotifyAsync(Methods.DidChangeSecret, new("b"));
        await first.Task;
        var call = AssertAliveAsync();
        released.SetResult();
        await call;
        Assert.Equal(["begin", "end", "begin", "end"], order);
    }

    [Fact]
    public async Task Everything_that_was_sent_before_the_close_arrives()
    {
        const int Count = 50;
        var taken = new List<string>();
        receiver.Notified = json =>
        {
            taken.Add(JsonSerializer.Deserialize(json.Span, LspJson.Default.SecretParams)!.Name);
            return Task.CompletedTask;
        };
        // The messages exceed the pipe's capacity, so that most of them wait.
        var names = Enumerable.Range(0, Count).Select(number => $"{number} {new string('x', 100_000)}").ToArray();
        var sending = names.Select(name => near.NotifyAsync(Methods.DidChangeSecret, new(name)).AsTask()).ToArray();
        await near.DisposeAsync();
        await Task.WhenAll(sending).WaitAsync(TestClient.Guard, TimeProvider.System);
        await farRuns.WaitAsync(TestClient.Guard, TimeProvider.System);
        Assert.Equal(names, taken);
    }

    [Fact]
    public async Task A_second_answer_to_a_call_is_ignored()
    {
        receiver.Handle = (request, _) => request.RespondAsync(new NoParams(), LspJson.Default.NoParams);
        var started = new TaskCompletionSource<RpcConnection>();
        await using var client = TestClient.Start(async (input, output) =>
        {
            await using var server = new RpcConnection(input, output, log);
            var running = server.RunAsync(receiver, CancellationToken.None);
            started.SetResult(server);
            await running;
            return 0;
        });
        client.Answer(Methods.Secret, _ => new SecretResult("first"));
        var server = await started.Task;
        Assert.Equal("first", (await server.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))?.Value);
        var id = client.Received.Single().GetProperty("id").GetRawText();
        client.Send($$"""{"jsonrpc":"2.0","id":{{id}},"result":{"value":"second"} }""");
        client.Send($$"""{"jsonrpc":"2.0","id":{{id}},"error":{"code":-32800,"message":"third"} }""");
        await client.RequestAsync("any", "{}");
        Assert.Equal("first", (await server.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))?.Value);
    }

    [Fact]
    public async Task The_end_of_the_connection_fails_waiting_calls()
    {
        var call = near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None);
        await far.DisposeAsync();
        Assert.Equal(RpcErrorCodes.ConnectionClosed, (await Assert.ThrowsAsync<RpcException>(() => call)).Error.Code);
        var late = await Assert.ThrowsAsync<RpcException>(() => near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None));
        Assert.Equal(RpcErrorCodes.ConnectionClosed, late.Error.Code);
    }

    [Fact]
    public async Task An_id_in_flight_is_not_accepted_twice()
    {
        var taken = new List<string>();
        RpcRequest? first = null;
        receiver.Handle = (request, _) =>
        {
            taken.Add(request.Method);
            first ??= request;
            return request.Method == "last" ? request.RespondAsync(new NoParams(), LspJson.Default.NoParams) : Task.CompletedTask;
        };
        await using var client = TestClient.Start(async (input, output) =>
        {
            await using var server = new RpcConnection(input, output, log);
            await server.RunAsync(receiver, CancellationToken.None);
            return 0;
        });
        client.Send("""{"jsonrpc":"2.0","id":70,"method":"first"}""");
        client.Send("""{"jsonrpc":"2.0","id":70,"method":"second"}""");
        await client.RequestAsync("last", "{}");
        Assert.Equal(["first", "last"], taken);
        Assert.Contains("second", Assert.Single(log.Lines));
        await first!.RespondAsync(new NoParams(), LspJson.Default.NoParams);
        await client.WaitForMessageAsync(message => message.GetProperty("id").GetInt32() == 70);
        // After its answer the id is free again.
        client.Send("""{"jsonrpc":"2.0","id":70,"method":"third"}""");
        await client.RequestAsync("last", "{}");
        Assert.Equal(["first", "last", "third", "last"], taken);
    }

    [Fact]
    public async Task Text_goes_out_unescaped()
    {
        receiver.Handle = (request, _) => request.RespondAsync(new SecretResult("<ä + 'b' & \"c\">"), LspJson.Default.SecretResult);
        var read = TestClient.Start(async (input, output) =>
        {
            await using var server = new RpcConnection(input, output, log);
            await server.RunAsync(receiver, CancellationToken.None);
            return 0;
        });
        await using (read)
        {
            var answer = await read.RequestAsync("any", "{}");
            Assert.Equal("""{"value":"<ä + 'b' & \"c\">"}""", answer.GetProperty("result").GetRawText());
        }
    }

    private async Task AssertAliveAsync()
    {
        receiver.Handle = (request, _) => request.RespondAsync(new SecretResult("alive"), LspJson.Default.SecretResult);
        Assert.Equal("alive", (await near.RequestAsync(Methods.Secret, new("a"), CancellationToken.None))?.Value);
    }

    private static async Task Cancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using (token.Register(cancelled.SetResult))
        {
            await cancelled.Task.WaitAsync(TestClient.Guard, TimeProvider.System, CancellationToken.None);
        }
    }

    private sealed class TestReceiver : IRpcReceiver
    {
        public Func<RpcRequest, ReadOnlyMemory<byte>, Task> Handle { get; set; } = (_, _) => Task.CompletedTask;

        public Func<ReadOnlyMemory<byte>, Task> Notified { get; set; } = _ => Task.CompletedTask;

        public List<string> Requested { get; } = [];

        public ValueTask OnRequestAsync(RpcRequest request, ReadOnlyMemory<byte> json)
        {
            Requested.Add(request.Method);
            return new(Handle(request, json));
        }

        public ValueTask OnNotificationAsync(string method, ReadOnlyMemory<byte> json) => new(Notified(json));
    }
}
