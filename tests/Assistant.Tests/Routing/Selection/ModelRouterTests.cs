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
    /// <summary>Paths whose requests load no model.</summary>
    private static readonly string[] Lists =
        ["/v1/models", "/api/v1/models", "/api/v0/models", "/props", "/health", "/api/version", "/slots"];

    [Theory]
    [InlineData("llamacpp", EndpointKind.LlamaCpp, true, 4096)]
    [InlineData("lmstudio-0.4", EndpointKind.LmStudio, false, 8192)]
    [InlineData("lmstudio-0.3", EndpointKind.LmStudio, false, 8192)]
    [InlineData("mlx-0.28", EndpointKind.Mlx, false, 8192)]
    [InlineData("mlx-0.31", EndpointKind.Mlx, false, 8192)]
    [InlineData("mlx-0.32", EndpointKind.Mlx, false, 8192)]
    [InlineData("mlx-0.32.2", EndpointKind.Mlx, false, 8192)]
    public async Task The_kind_of_a_server_is_detected(string profile, EndpointKind kind, bool grammar, int context)
    {
        await using var served = await Served.StartAsync(Served.Options(profile));
        var answer = await served.RouteAsync();
        Assert.Equal(
            (ModelState.Up, kind, grammar, kind != EndpointKind.Mlx),
            (answer.Status.State, answer.Route!.Kind, answer.Route.Grammar, answer.Route.KeepsFirstSpace));
        Assert.Equal(context, answer.Route.ContextTokens);
        Assert.False(answer.Route.ChatFallback);
    }

    [Theory]
    [InlineData(Fault.Unauthorized, ModelState.Unauthorized)]
    [InlineData(Fault.Loading, ModelState.Loading)]
    [InlineData(Fault.NoModelsLoaded, ModelState.NotLoaded)]
    [InlineData(Fault.OtherServer, ModelState.UnexpectedServer)]
    [InlineData(Fault.NotHttp, ModelState.UnexpectedServer)]
    public async Task A_state_has_a_message_and_a_remedy(Fault fault, ModelState state)
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
    public async Task No_model_is_loaded_unless_the_user_names_it(string profile)
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
    public async Task A_request_may_load_the_model_that_the_user_names()
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
    public async Task The_route_to_mlx_is_default_model_with_the_family_of_its_markers(Fault fault)
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
    public async Task A_model_without_known_markers_fills_holes_by_chat()
    {
        await using var served = await Served.StartAsync(
            Served.Options("mlx-0.32.2") with { Models = [new SimulatedModel("llama-3.2-3b")] });
        var answer = await served.RouteAsync();
        Assert.Equal((true, "unknown"), (answer.Route!.ChatFallback, answer.Route.Family.Name));
        Assert.Contains("completion.model", answer.Status.Remedy);
    }

    [Fact]
    public async Task The_probe_detects_a_dead_generator_whose_server_still_lists_models()
    {
        await using var served = await Served.StartAsync(Served.Options("mlx-0.32.2") with { Fault = Fault.DeadGenerationThread });
        var answer = await served.RouteAsync();
        Assert.Equal((null, ModelState.Wedged), (answer.Route, answer.Status.State));
        Assert.Contains("generation thread died", answer.Status.Message);
    }

    [Fact]
    public async Task A_model_loaded_later_is_found_without_a_restart()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with { Fault = Fault.NoModelsLoaded }, clock);
        Assert.Equal(ModelState.NotLoaded, (await served.RouteAsync()).Status.State);
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.None };
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ModelState.Up, (await served.RouteAsync()).Status.State);
    }

    [Fact]
    public async Task A_catalog_is_cached_for_five_minutes()
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
    public async Task A_dead_server_gets_no_request_at_every_key_and_is_found_again()
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

        // The server is back during the pause: no request is sent.
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
    public async Task Another_program_at_a_servers_port_is_detected()
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
        // The first answer read the whole prompt and does not represent later ones.
        Assert.Null((await served.RouteAsync()).Status.TimeToFirstTokenMs);
        await served.CompleteAsync(await served.UpAsync());
        Assert.True((await served.RouteAsync()).Status.TimeToFirstTokenMs > 0);
    }

    [Fact]
    public async Task A_default_port_without_a_server_is_no_fault()
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
    public async Task A_result_of_replaced_settings_is_not_published()
    {
        var slow = new FakeClock();
        await using var before = await Simulator.StartAsync(
            Served.Options("llamacpp") with { FirstByteDelay = TimeSpan.FromSeconds(1), Clock = slow });
        await using var after = await Simulator.StartAsync(Served.Options("llamacpp"));
        using var servers = new ModelServices(At("before", before), TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance);
        var asked = servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None);
        await slow.WhenTimersAsync(1);
        servers.Use(At("after", after));
        var routed = await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None);
        Assert.Equal("after", routed.Status.Endpoint);
        before.Options = before.Options with { FirstByteDelay = TimeSpan.Zero };
        slow.Advance(TimeSpan.FromSeconds(1));
        await asked.WaitAsync(Served.Guard, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal((ModelState.Up, "after"), (servers.Router.Status.State, servers.Router.Status.Endpoint));

        static AssistantSettings At(string name, Simulator simulator) =>
            AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At(name, simulator.BaseUrl)] };
    }

    // The retry of a refused connection waits on the injected clock. The clock advances no faster than the system's, else the timeout for
    // the first byte could expire first.
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
