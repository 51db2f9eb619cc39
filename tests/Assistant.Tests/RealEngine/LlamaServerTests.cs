using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.RealEngine;

/// <summary>The model layer against a real llama-server and a real model. In one collection, so that one engine runs at a time.</summary>
[Trait("Category", "RealEngine")]
[Collection("real engine")]
public sealed class LlamaServerTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private const string Before = "class Adder\n{\n    // Adds two numbers.\n    int Add(int first, int second)\n    {\n        return";
    private const string After = "\n    }\n}\n";

    [Fact]
    public async Task A_hole_is_filled_with_timings_and_the_prompt_is_kept()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var route = await UpAsync(servers);
        Assert.Equal(
            (EndpointKind.LlamaCpp, "qwen2.5-coder-0.5b-instruct", 4096, true),
            (route.Kind, route.ModelId, route.ContextTokens, route.Grammar));

        var (text, end) = await CompleteAsync(servers, route, Hole(route));
        Assert.StartsWith("first + second;", text.TrimStart());
        Assert.True(end!.TokensPerSecond > 0);
        var (_, again) = await CompleteAsync(servers, route, Hole(route, " first"));
        // The server evaluates only the typed characters and the last token, which it always evaluates again.
        Assert.True(again!.PromptTokens - again.CachedTokens <= 4, $"{again}");
        Assert.True((await RouteAsync(servers)).Status.TimeToFirstTokenMs > 0);
    }

    [Fact]
    public async Task A_grammar_forces_the_begun_name()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var route = await UpAsync(servers);
        var request = Hole(route) with { Grammar = """root ::= [ \t]* "sec" [^\n]* "\n"?""" };
        var (text, _) = await CompleteAsync(servers, route, request);
        Assert.StartsWith("sec", text.TrimStart());
    }

    [Fact]
    public async Task Hanging_up_frees_the_slot()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var route = await UpAsync(servers);
        var request = Long(route);
        var lease = await servers.Scheduler.AcquireAsync(route, RequestClass.Completion, null, CancellationToken.None);
        using (var cancel = new CancellationTokenSource())
        {
            var answer = CompleteAsync(servers, route, request with { Lease = lease }, cancel.Token);
            await BusyAsync(engine);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        }
        lease!.Dispose();
        using var next = await servers.Scheduler.AcquireAsync(route, RequestClass.Completion, null, CancellationToken.None)
            .WaitAsync(Guard, TimeProvider.System);
        Assert.DoesNotContain("\"is_processing\":true", await SlotsAsync(engine));
        Assert.Equal(ModelState.Up, servers.Router.Status.State);
    }

    [Fact]
    public async Task The_status_follows_a_kill_in_mid_stream_another_server_on_the_port_and_a_restart()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var route = await UpAsync(servers);
        var chunks = servers.Fim.StreamAsync(route, Hole(route) with { Stops = [], MaxTokens = 400 }, CancellationToken.None);
        await using (var stream = chunks.GetAsyncEnumerator())
        {
            Assert.True(await stream.MoveNextAsync());
            await engine.KillAsync();
            var failure = await Assert.ThrowsAsync<ModelServerException>(async () =>
            {
                while (await stream.MoveNextAsync())
                {
                }
            });
            Assert.Equal(ModelFault.Down, failure.Fault);
        }
        Assert.Equal(ModelState.Down, servers.Router.Status.State);
        Assert.Null((await RouteAsync(servers)).Route);

        await using (await Simulator.StartAsync(new SimulatorOptions { Port = engine.Port, Fault = Fault.OtherServer }))
        {
            Assert.Equal(ModelState.UnexpectedServer, await StateAsync(servers, ModelState.UnexpectedServer));
        }

        await engine.StartAgainAsync();
        Assert.Equal(ModelState.Up, await StateAsync(servers, ModelState.Up));
        Assert.StartsWith("first + second;", (await CompleteAsync(servers, await UpAsync(servers), Hole(route))).Text.TrimStart());
    }

    [Fact]
    public async Task A_server_that_is_stopped_before_the_first_byte_is_wedged_and_recovers()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine, firstByte: TimeSpan.FromSeconds(2));
        var route = await UpAsync(servers);
        engine.Stop();
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => CompleteAsync(servers, route, Hole(route)));
        Assert.Equal((ModelFault.NoFirstByte, ModelState.Wedged), (failure.Fault, servers.Router.Status.State));
        engine.Continue();
        // A request for one token proves that the model works again.
        Assert.StartsWith("first + second;", (await CompleteAsync(servers, await UpAsync(servers), Hole(route))).Text.TrimStart());
        Assert.Equal(ModelState.Up, servers.Router.Status.State);
    }

    [Fact]
    public async Task A_server_that_is_stopped_in_mid_stream_is_wedged_and_recovers()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine, silence: TimeSpan.FromSeconds(2));
        var route = await UpAsync(servers);
        var chunks = servers.Fim.StreamAsync(route, Hole(route) with { Stops = [], MaxTokens = 400 }, CancellationToken.None);
        await using (var stream = chunks.GetAsyncEnumerator())
        {
            Assert.True(await stream.MoveNextAsync());
            engine.Stop();
            var failure = await Assert.ThrowsAsync<ModelServerException>(async () =>
            {
                while (await stream.MoveNextAsync())
                {
                }
            });
            Assert.Equal((ModelFault.Idle, ModelState.Wedged), (failure.Fault, servers.Router.Status.State));
        }
        engine.Continue();
        Assert.StartsWith("first + second;", (await CompleteAsync(servers, await UpAsync(servers), Hole(route))).Text.TrimStart());
        Assert.Equal(ModelState.Up, servers.Router.Status.State);
    }

    [Fact]
    public async Task A_server_that_is_killed_before_the_first_byte_or_between_requests_is_down()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var route = await UpAsync(servers);
        var answer = CompleteAsync(servers, route, Long(route));
        await BusyAsync(engine);
        await engine.KillAsync();
        Assert.Equal(ModelFault.Down, (await Assert.ThrowsAsync<ModelServerException>(() => answer)).Fault);
        Assert.Equal(ModelState.Down, servers.Router.Status.State);
        Assert.Equal(
            ModelFault.Down, (await Assert.ThrowsAsync<ModelServerException>(() => CompleteAsync(servers, route, Hole(route)))).Fault);
        await engine.StartAgainAsync();
        Assert.Equal(ModelState.Up, await StateAsync(servers, ModelState.Up));
    }

    [Fact]
    public async Task A_prompt_that_does_not_fit_is_an_error_with_the_servers_message()
    {
        await using var engine = await LlamaServer.StartAsync(contextTokens: 512);
        using var servers = Servers(engine);
        var answer = await RouteAsync(servers);
        Assert.Equal(ModelState.ContextTooSmall, answer.Status.State);
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => CompleteAsync(servers, answer.Route!, Long(answer.Route!)));
        Assert.Equal(ModelFault.ContextOverflow, failure.Fault);
        Assert.Contains("exceeds the available context size", failure.Message);
    }

    private static ModelServices Servers(LlamaServer engine, TimeSpan? firstByte = null, TimeSpan? silence = null) => new(
        AssistantSettings.Defaults with
        {
            Endpoints =
            [
                EndpointSettings.At("real", engine.BaseUrl) with { FirstByteTimeout = firstByte ?? Guard, IdleTimeout = silence ?? Guard }
            ],
        },
        TimeProvider.System,
        NullLogger.Instance,
        NullAuditLog.Instance);

    private static FimRequest Hole(ModelRoute route, string typed = "")
    {
        var fim = route.Family.Fim!;
        var prompt = fim.Prefix + fim.Suffix + After + fim.Middle + Before + typed;
        return new FimRequest(prompt, fim.Stops, MaxTokens: 12, Temperature: 0, Grammar: null, Chat: null);
    }

    // About 2,200 tokens fit, and take seconds to evaluate.
    private static FimRequest Long(ModelRoute route) =>
        Hole(route) with
        {
            Prompt = string.Concat(Enumerable.Range(0, 200).Select(line => $"var value{line} = {line};\n")),
            MaxTokens = 400,
        };

    private static async Task<(string Text, FimEnd? End)> CompleteAsync(
        ModelServices servers, ModelRoute route, FimRequest request, CancellationToken token = default)
    {
        var (text, end) = ("", (FimEnd?)null);
        await foreach (var chunk in servers.Fim.StreamAsync(route, request, token))
        {
            (text, end) = (text + chunk.Text, chunk.End ?? end);
        }
        return (text, end);
    }

    private static async Task<RouteAnswer> RouteAsync(ModelServices servers) =>
        await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None).WaitAsync(Guard, TimeProvider.System);

    private static async Task<ModelRoute> UpAsync(ModelServices servers)
    {
        await StateAsync(servers, ModelState.Up, ModelState.Wedged);
        return (await RouteAsync(servers)).Route!;
    }

    // Polls, as repeated keys would, until the model has one of the states and, for an available model, a route. Only a request shows the
    // state of a foreign process.
    private static async Task<ModelState> StateAsync(ModelServices servers, params ModelState[] states)
    {
        using var guard = new CancellationTokenSource(Guard);
        while (true)
        {
            var answer = await servers.Router.RouteAsync(ModelTask.Completion, guard.Token);
            if (states.Contains(answer.Status.State) && (answer.Route is not null || !states.Contains(ModelState.Up)))
            {
                return answer.Status.State;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, guard.Token);
        }
    }

    /// <summary>Polls: the engine reports its slots only in answers.</summary>
    private static async Task BusyAsync(LlamaServer engine)
    {
        using var guard = new CancellationTokenSource(Guard);
        while (!(await SlotsAsync(engine)).Contains("\"is_processing\":true"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, guard.Token);
        }
    }

    private static async Task<string> SlotsAsync(LlamaServer engine)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(engine.BaseUrl, "/slots"));
    }
}
