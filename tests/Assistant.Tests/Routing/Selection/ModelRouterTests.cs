using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests.Models;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Routing.Selection;

public sealed class ModelRouterTests
{
    private static readonly string[] Lists = ["/v1/models", "/api/v1/models", "/api/v0/models", "/props", "/health", "/api/version", "/slots"];

    [Theory]
    [InlineData("llamacpp", EndpointKind.LlamaCpp, true, 4096)]
    [InlineData("lmstudio-0.4", EndpointKind.LmStudio, false, 8192)]
    [InlineData("lmstudio-0.3", EndpointKind.LmStudio, false, 8192)]
    [InlineData("mlx-0.28", EndpointKind.Mlx, false, 8192)]
    [InlineData("mlx-0.31", EndpointKind.Mlx, false, 8192)]
    [InlineData("mlx-0.32", EndpointKind.Mlx, false, 8192)]
    [InlineData("mlx-0.32.2", EndpointKind.Mlx, false, 8192)]
    public async Task A_server_is_known_by_what_it_answers(string profile, EndpointKind kind, bool grammar, int context)
    {
        await using var served = await Served.StartAsync(Served.Options(profile));
        var answer = await served.RouteAsync();
        Assert.Equal((ModelState.Up, kind, grammar, kind != EndpointKind.Mlx), (answer.Status.State, answer.Route!.Kind, answer.Route.Grammar, answer.Route.KeepsFirstSpace));
        Assert.Equal(context, answer.Route.ContextTokens);
        Assert.False(answer.Route.ChatFallback);
    }

    [Theory]
    [InlineData(Fault.Unauthorized, ModelState.Unauthorized)]
    [InlineData(Fault.Loading, ModelState.Loading)]
    [InlineData(Fault.NoModelsLoaded, ModelState.NotLoaded)]
    [InlineData(Fault.OtherServer, ModelState.UnexpectedServer)]
    [InlineData(Fault.NotHttp, ModelState.UnexpectedServer)]
    public async Task A_state_is_told_with_a_remedy(Fault fault, ModelState state)
    {
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with { Fault = fault });
        var answer = await served.RouteAsync();
        Assert.Null(answer.Route);
        Assert.Equal(state, answer.Status.State);
        Assert.NotEmpty(answer.Status.Message);
        Assert.NotEmpty(answer.Status.Remedy);
    }

    [Theory]
    [InlineData("lmstudio-0.4")]
    [InlineData("lmstudio-0.3")]
    public async Task Nothing_is_loaded_unasked(string profile)
    {
        await using var served = await Served.StartAsync(Served.Options(profile) with
        {
            Models = [new SimulatedModel("qwen2.5-coder-7b-instruct") { Loaded = false }],
        });
        Assert.Equal(ModelState.NotLoaded, (await served.RouteAsync()).Status.State);
        Assert.Empty(served.Simulator.Log.Completions);
        Assert.All(served.Simulator.Log.All, request => Assert.Contains(request.Path, Lists));
    }

    [Fact]
    public async Task A_model_that_was_asked_for_by_name_may_be_loaded_by_use()
    {
        await using var served = await Served.StartAsync(
            Served.Options("lmstudio-0.4") with { Models = [new SimulatedModel("qwen2.5-coder-7b-instruct") { Loaded = false }] },
            model: "qwen/Qwen2.5-Coder-7B-Instruct");
        var route = await served.UpAsync();
        Assert.Equal("qwen2.5-coder-7b-instruct", route.ModelId);
        Assert.Equal(Served.Answer, (await served.CompleteAsync(route)).Text);
    }

    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.EmptyModelList)]
    public async Task The_model_of_mlx_is_asked_for_as_default_model_and_its_family_by_its_markers(Fault fault)
    {
        await using var served = await Served.StartAsync(Served.Options("mlx-0.32.2") with { Fault = fault });
        var route = await served.UpAsync();
        Assert.Equal(("default_model", "qwen2.5-coder"), (route.ModelId, route.Family.Name));
        var probes = served.Simulator.Log.Completions.Count;
        Assert.All(served.Simulator.Log.Completions, probe => Assert.Equal(("default_model", 1), (probe.Model, probe.MaxTokens)));
        await served.UpAsync();
        Assert.Equal(probes, served.Simulator.Log.Completions.Count);
    }

    [Fact]
    public async Task A_model_without_known_markers_is_asked_by_chat()
    {
        await using var served = await Served.StartAsync(Served.Options("mlx-0.32.2") with { Models = [new SimulatedModel("llama-3.2-3b")] });
        var answer = await served.RouteAsync();
        Assert.Equal((true, "unknown"), (answer.Route!.ChatFallback, answer.Route.Family.Name));
        Assert.Contains("completion.model", answer.Status.Remedy);
    }

    [Fact]
    public async Task A_dead_generator_is_seen_by_the_probe_though_the_list_answers()
    {
        await using var served = await Served.StartAsync(Served.Options("mlx-0.32.2") with { Fault = Fault.DeadGenerationThread });
        var answer = await served.RouteAsync();
        Assert.Equal((null, ModelState.Wedged), (answer.Route, answer.Status.State));
        Assert.Contains("generation thread died", answer.Status.Message);
    }

    [Fact]
    public async Task A_model_loaded_later_is_seen_without_a_restart()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with { Fault = Fault.NoModelsLoaded }, clock);
        Assert.Equal(ModelState.NotLoaded, (await served.RouteAsync()).Status.State);
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.None };
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ModelState.Up, (await served.RouteAsync()).Status.State);
    }

    [Fact]
    public async Task What_is_known_is_kept_for_five_minutes()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("llamacpp"), clock);
        await served.UpAsync();
        var asked = served.Simulator.Log.All.Count;
        clock.Advance(TimeSpan.FromMinutes(4.9));
        await served.UpAsync();
        Assert.Equal(asked, served.Simulator.Log.All.Count);
        clock.Advance(TimeSpan.FromMinutes(0.2));
        await served.UpAsync();
        Assert.True(served.Simulator.Log.All.Count > asked);
    }

    [Fact]
    public async Task A_dead_server_is_not_asked_at_every_key_and_is_found_again()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("llamacpp"), clock);
        var states = new List<ModelState>();
        served.Servers.Router.StatusChanged += status => states.Add(status.State);
        var route = await served.UpAsync();
        await served.Simulator.KillAsync();
        await Advancing(clock, Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route)));
        var first = await Advancing(clock, served.RouteAsync());
        Assert.Equal(ModelState.Down, first.Status.State);

        // Back, but the pause is not over: nothing is asked.
        await served.Simulator.RestartAsync();
        var asked = served.Simulator.Log.All.Count;
        for (var key = 0; key < 20; key++)
        {
            Assert.Null((await served.RouteAsync()).Route);
        }
        Assert.Equal(asked, served.Simulator.Log.All.Count);

        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(Served.Answer, (await served.CompleteAsync(await served.UpAsync())).Text);
        Assert.Equal([ModelState.Up, ModelState.Down, ModelState.Up], states);
    }

    [Fact]
    public async Task Something_else_on_its_port_is_noticed()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("llamacpp"), clock);
        var route = await served.UpAsync();
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.OtherServer };
        await Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route));
        Assert.Equal(ModelState.UnexpectedServer, (await served.RouteAsync()).Status.State);
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.None };
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ModelState.Up, (await served.RouteAsync()).Status.State);
    }

    [Fact]
    public async Task The_time_to_the_first_token_is_measured()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp"));
        Assert.Null((await served.RouteAsync()).Status.TimeToFirstTokenMs);
        await served.CompleteAsync(await served.UpAsync());
        // The first one read the whole prompt, which says nothing about the next ones.
        Assert.Null((await served.RouteAsync()).Status.TimeToFirstTokenMs);
        await served.CompleteAsync(await served.UpAsync());
        Assert.True((await served.RouteAsync()).Status.TimeToFirstTokenMs > 0);
    }

    [Fact]
    public async Task Default_ports_where_nothing_is_are_no_fault()
    {
        await using var gone = await Served.StartAsync(Served.Options("llamacpp"));
        await gone.Simulator.KillAsync();
        using var servers = new ModelServices(
            AssistantSettings.Defaults with { Endpoints = [gone.Endpoint with { Discovered = true }] },
            TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        var answer = await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None);
        Assert.Equal((null, ModelState.NoEndpoint), (answer.Route, answer.Status.State));
    }

    [Fact]
    public async Task What_was_found_under_settings_from_before_is_no_status_any_more()
    {
        var slow = new FakeClock();
        await using var before = await Simulator.StartAsync(Served.Options("llamacpp") with { FirstByteDelay = TimeSpan.FromSeconds(1), Clock = slow });
        await using var after = await Simulator.StartAsync(Served.Options("llamacpp"));
        using var servers = new ModelServices(At("before", before), TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        var asked = servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None);
        await slow.WhenTimersAsync(1);
        servers.Use(At("after", after));
        Assert.Equal("after", (await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None)).Status.Endpoint);
        before.Options = before.Options with { FirstByteDelay = TimeSpan.Zero };
        slow.Advance(TimeSpan.FromSeconds(1));
        await asked.WaitAsync(Served.Guard, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal((ModelState.Up, "after"), (servers.Router.Status.State, servers.Router.Status.Endpoint));

        static AssistantSettings At(string name, Simulator simulator) => AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At(name, simulator.BaseUrl)] };
    }

    // The retry of a refused connection waits on the clock that is handed in, which goes as the system's here and no faster:
    // else the time for the first byte could run out first.
    private static async Task<T> Advancing<T>(FakeClock clock, Task<T> task)
    {
        var step = TimeSpan.FromMilliseconds(5);
        while (await Task.WhenAny(task, Task.Delay(step, TimeProvider.System)) != task)
        {
            clock.Advance(step);
        }
        return await task;
    }
}
