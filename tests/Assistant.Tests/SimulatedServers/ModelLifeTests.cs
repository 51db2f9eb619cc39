using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>Loads and unloads of models in the way of each server.</summary>
public sealed class ModelLifeTests
{
    private const string Long = "var total = first + second + third;";

    [Fact]
    public async Task Lm_studio_loads_a_second_instance_under_a_name_of_its_own_and_unloads_it()
    {
        await using var simulator = await LmStudioAsync([new SimulatedModel("qwen/a-coder") { ContextTokens = 4096 }]);
        var load = new JsonObject { ["model"] = "qwen/a-coder", ["context_length"] = 16384, ["echo_load_config"] = true };
        var (_, loaded) = await Ask.PostAsync(simulator, "/api/v1/models/load", load);
        Assert.Equal(
            """{"type":"llm","instance_id":"qwen/a-coder:2","load_time_seconds":0.0,"status":"loaded","load_config":"""
                + """{"context_length":16384}}""",
            loaded);
        Assert.Equal("qwen/a-coder 4096, qwen/a-coder:2 16384", await InstancesAsync(simulator));
        Assert.Equal((200, """{"instance_id":"qwen/a-coder:2"}"""), await UnloadAsync());
        Assert.Equal("qwen/a-coder 4096", await InstancesAsync(simulator));
        Assert.Equal(404, (await UnloadAsync()).Status);

        Task<(int Status, string Body)> UnloadAsync() =>
            Ask.PostAsync(simulator, "/api/v1/models/unload", new JsonObject { ["instance_id"] = "qwen/a-coder:2" });
    }

    [Fact]
    public async Task A_load_on_demand_ends_another_models_generation()
    {
        await using var simulator = await LmStudioAsync(
            [new SimulatedModel("a-coder") { Loaded = false }, new SimulatedModel("b-coder") { Loaded = false }]);
        simulator.Options = simulator.Options with { HoldAfterTokens = 2 };
        simulator.Brain.Enqueue(Long);
        var streaming = Ask.PostAsync(simulator, "/v1/completions", For("a-coder", stream: true));
        await (await simulator.Log.CompletionAsync(0)).SentAsync(2);
        simulator.Options = simulator.Options with { HoldAfterTokens = null };
        Assert.Equal(200, (await Ask.PostAsync(simulator, "/v1/completions", For("b-coder"))).Status);
        var (_, body) = await streaming;
        Assert.Contains("event: error\ndata: {\"error\":{\"message\":\"Model unloaded.\"}", body, StringComparison.Ordinal);
        Assert.Equal("b-coder 8192", await InstancesAsync(simulator));
    }

    /// <summary>A model that was loaded by hand stays.</summary>
    [Fact]
    public async Task An_idle_model_is_unloaded_after_its_ttl()
    {
        var clock = new FakeClock();
        await using var simulator = await LmStudioAsync(
            [new SimulatedModel("a-coder"), new SimulatedModel("b-coder") { Loaded = false }], options => options with { Clock = clock });
        var ask = For("b-coder");
        ask["ttl"] = 60;
        await Ask.PostAsync(simulator, "/v1/completions", ask);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("a-coder 8192, b-coder 8192", await InstancesAsync(simulator));
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("a-coder 8192", await InstancesAsync(simulator));
    }

    [Fact]
    public async Task Without_loading_on_demand_only_loaded_models_are_listed()
    {
        await using var simulator = await LmStudioAsync(
            [new SimulatedModel("a-coder") { Loaded = false }], options => options with { JustInTime = false });
        Assert.Equal("""{"data":[],"object":"list"}""", (await Ask.GetAsync(simulator, "/v1/models")).Body);
        var (status, body) = await Ask.PostAsync(simulator, "/v1/completions", For("a-coder"));
        Assert.Equal(400, status);
        Assert.Contains("No models loaded.", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_reports_its_progress()
    {
        var clock = new FakeClock();
        await using var simulator = await LmStudioAsync(
            [new SimulatedModel("a-coder") { Downloaded = false }],
            options => options with { Clock = clock, DownloadTime = TimeSpan.FromSeconds(10) });
        var job = JsonNode.Parse(await DownloadAsync())!["job_id"]!.ToString();
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("downloading 2341537120 of 4683074240", await ProgressAsync());
        Assert.Equal("""{"models":[]}""", (await Ask.GetAsync(simulator, "/api/v1/models")).Body);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("completed 4683074240 of 4683074240", await ProgressAsync());
        Assert.Equal("""{"status":"already_downloaded"}""", await DownloadAsync());

        async Task<string> DownloadAsync() =>
            (await Ask.PostAsync(simulator, "/api/v1/models/download", new JsonObject { ["model"] = "a-coder" })).Body;

        async Task<string> ProgressAsync()
        {
            var status = JsonNode.Parse((await Ask.GetAsync(simulator, "/api/v1/models/download/status/" + job)).Body)!;
            return $"{status["status"]} {status["downloaded_bytes"]} of {status["total_size_bytes"]}";
        }
    }

    [Theory]
    [InlineData("lmstudio-0.4", 400, "Failed to load model \\\"b-coder\\\". Out of memory.")]
    [InlineData("mlx-0.32.2", 404, "{\"error\": \"Out of memory.\"}")]
    [InlineData("llamacpp-router", 500, "Failed to load model \\\"b-coder\\\". Out of memory.")]
    [InlineData("ollama", 500, "Failed to load model \\\"b-coder\\\". Out of memory.")]
    public async Task A_load_that_fails(string profile, int status, string part)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = profile,
            Models = [new SimulatedModel("a-coder"), new SimulatedModel("b-coder") { Loaded = false, LoadError = "Out of memory." }],
        });
        var (seen, body) = await Ask.PostAsync(simulator, "/v1/completions", For("b-coder"));
        Assert.Equal(status, seen);
        Assert.Contains(part, body, StringComparison.Ordinal);
    }

    /// <summary>No generation is cut off: the other model's request waits for the running one's end, then swaps.</summary>
    [Fact]
    public async Task The_router_swaps_after_the_running_generation_has_ended()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "llamacpp-router", HoldAfterTokens = 2 });
        simulator.Brain.Enqueue(Long);
        var streaming = Ask.PostAsync(simulator, "/v1/completions", For("coder-a", stream: true));
        await (await simulator.Log.CompletionAsync(0)).SentAsync(2);
        var other = Ask.PostAsync(simulator, "/v1/completions", For("coder-b"));
        await simulator.Log.CompletionAsync(1);
        Assert.Equal("loaded unloaded", await StatesAsync());
        simulator.Release();
        Assert.Contains("[DONE]", (await streaming).Body, StringComparison.Ordinal);
        Assert.Equal(200, (await other).Status);
        Assert.Equal("unloaded loaded", await StatesAsync());
        await Ask.GetAsync(simulator, "/props?model=coder-a");
        Assert.Equal("loaded unloaded", await StatesAsync());

        async Task<string> StatesAsync()
        {
            var (_, body) = await Ask.GetAsync(simulator, "/v1/models");
            return string.Join(' ', JsonNode.Parse(body)!["data"]!.AsArray().Select(model => model!["status"]!["value"]));
        }
    }

    private static Task<Simulator> LmStudioAsync(SimulatedModel[] models, Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var options = new SimulatorOptions { Profile = "lmstudio-0.4", Models = models };
        return Simulator.StartAsync(change is null ? options : change(options));
    }

    private static JsonObject For(string model, bool stream = false)
    {
        var body = Ask.Prompt("p", stream);
        body["model"] = model;
        return body;
    }

    private static async Task<string> InstancesAsync(Simulator simulator)
    {
        var (_, body) = await Ask.GetAsync(simulator, "/api/v1/models");
        return string.Join(
            ", ",
            from model in JsonNode.Parse(body)!["models"]!.AsArray()
            from instance in model!["loaded_instances"]!.AsArray()
            select $"{instance!["id"]} {instance["config"]!["context_length"]}");
    }
}
