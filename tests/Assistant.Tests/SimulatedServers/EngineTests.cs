using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>Slots, prefill, the cache and hang-ups, as the log records them.</summary>
public sealed class EngineTests
{
    private const string Long = "var total = first + second + third + fourth;";

    /// <summary>llama-server stops at once; LM Studio reads the prompt to its end first; mlx notices at its next write.</summary>
    [Theory]
    [InlineData("llamacpp", false)]
    [InlineData("lmstudio-0.4", true)]
    public async Task A_hang_up_while_the_prompt_is_read(string profile, bool readsOn)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile, HoldPrefill = true });
        LoggedRequest request;
        await using (Ask.Open(simulator, Ask.Prompt(Long, stream: true)))
        {
            request = await simulator.Log.CompletionAsync(0);
            await simulator.Log.WhenAsync(() => simulator.Log.Alive == 1);
        }
        await request.PeerClosedAsync();
        Assert.False(request.PrefillFinishedWhenClosed);
        if (readsOn)
        {
            Assert.Equal(1, simulator.Log.Alive);
            simulator.Release();
        }
        await request.EndedAsync();
        Assert.Equal((readsOn, 0, null), (request.PrefillFinished, request.TokensProduced, request.FinishReason));
        Assert.Equal((0, 0), (simulator.Log.Alive, simulator.Log.CompletedUnseen));
    }

    [Theory]
    [InlineData("llamacpp")]
    [InlineData("lmstudio-0.4")]
    [InlineData("mlx-0.32.2")]
    public async Task A_hang_up_in_mid_stream_ends_the_generation(string profile)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile, HoldAfterTokens = 4 });
        simulator.Brain.Enqueue(Long);
        LoggedRequest request;
        await using (Ask.Open(simulator, Ask.Prompt("p", stream: true)))
        {
            request = await simulator.Log.CompletionAsync(0);
            await request.SentAsync(4);
        }
        await request.EndedAsync();
        Assert.Equal((true, 4, 4, null), (request.PeerClosedFirst, request.TokensWhenClosed, request.TokensProduced, request.FinishReason));
        Assert.Equal("var total = first", request.SentText);
    }

    [Fact]
    public async Task Mlx_does_not_notice_a_hang_up_without_a_stream()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "mlx-0.32.2", HoldAfterTokens = 2 });
        simulator.Brain.Enqueue(Long);
        LoggedRequest request;
        await using (Ask.Open(simulator, Ask.Prompt("p")))
        {
            request = await simulator.Log.CompletionAsync(0);
            await request.ProducedAsync(2);
        }
        await request.PeerClosedAsync();
        simulator.Release();
        await request.EndedAsync();
        Assert.Equal(("stop", 2, 1), (request.FinishReason, request.TokensWhenClosed, simulator.Log.CompletedUnseen));
    }

    [Fact]
    public async Task A_prompt_queues_behind_another_ones_prefill()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.4", HoldPrefill = true });
        await using var first = Ask.Open(simulator, Ask.Prompt("one", stream: true));
        await simulator.Log.WhenAsync(() => simulator.Log.Alive == 1);
        await using var second = Ask.Open(simulator, Ask.Prompt("two", stream: true));
        await simulator.Log.WhenAsync(() => simulator.Log.Waiting == 1);
        simulator.Release();
        await Task.WhenAll(first.Completion, second.Completion);
        Assert.Equal((2, 1, 2), (simulator.Log.Completed, simulator.Log.MostWaiting, simulator.Log.MostOpen));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task Each_slot_runs_one_generation(int slots, int alive)
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Models = [new SimulatedModel("qwen2.5-coder-7b") { Slots = slots }], HoldAfterTokens = 1 });
        await using var first = Ask.Open(simulator, Ask.Prompt("one", stream: true));
        await using var second = Ask.Open(simulator, Ask.Prompt("two", stream: true));
        await simulator.Log.WhenAsync(() => simulator.Log.Alive + simulator.Log.Waiting == 2 && simulator.Log.Alive == alive);
        simulator.Release();
        await Task.WhenAll(first.Completion, second.Completion);
        Assert.Equal((alive, 2), (simulator.Log.MostAlive, simulator.Log.Completed));
        // With a slot for each, one may still wait while the other's prompt is read.
        Assert.InRange(simulator.Log.MostWaiting, 2 - alive, 1);
    }

    /// <summary>Only the added part of a longer prompt is read; each special token of the model's family counts as one.</summary>
    [Fact]
    public async Task A_slot_does_not_read_a_cached_prompt_again()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "llamacpp" });
        string[] prompts =
        [
            "<|fim_prefix|><|fim_suffix|>;<|fim_middle|>int a = b",
            "<|fim_prefix|><|fim_suffix|>;<|fim_middle|>int a = b +",
            "<|fim_prefix|>other",
        ];
        foreach (var prompt in prompts)
        {
            await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt(prompt, tokens: 1));
        }
        Assert.Equal(
            [(8, 0, 8), (9, 8, 1), (2, 1, 1)],
            simulator.Log.Completions.Select(request => (request.PromptTokens, request.CachedTokens, request.PrefilledTokens)));
    }

    [Fact]
    public async Task Mlx_reports_its_prefill_progress()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "mlx-0.32.2" });
        var prompt = new string('1', 3000);
        Assert.Equal([": keepalive 2048/3000", ": keepalive 2999/3000", ": keepalive 3000/3000"], await CommentsAsync());
        Assert.Equal([": keepalive 1/1"], await CommentsAsync());

        async Task<string[]> CommentsAsync()
        {
            var (_, body) = await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt(prompt, stream: true, tokens: 1));
            return [.. body.Split('\n').Where(line => line.StartsWith(':'))];
        }
    }

    [Fact]
    public async Task Lm_studio_loads_on_demand_and_lists_loaded_instances()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = "lmstudio-0.4",
            Models =
            [
                new SimulatedModel("qwen/a-coder") { Loaded = false, ContextTokens = 4096, Slots = 2 },
                new SimulatedModel("embed") { Type = "embeddings", Loaded = false },
            ],
        });
        Assert.Empty(await InstancesAsync());
        var prompt = Ask.Prompt("p");
        Assert.Equal(400, (await Ask.PostAsync(simulator, "/v1/completions", prompt)).Status);
        prompt["model"] = "qwen/a-coder";
        Assert.Equal(200, (await Ask.PostAsync(simulator, "/v1/completions", prompt)).Status);
        Assert.Equal("""[{"id":"qwen/a-coder","config":{"context_length":4096,"parallel":2}}]""", (await InstancesAsync()).ToJsonString());

        async Task<JsonArray> InstancesAsync() =>
            JsonNode.Parse((await Ask.GetAsync(simulator, "/api/v1/models")).Body)!["models"]![0]!["loaded_instances"]!.AsArray();
    }

    [Fact]
    public async Task A_wrong_name_leaves_mlx_without_a_model()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = "mlx-0.32.2",
            Models = [new SimulatedModel("mlx-community/Qwen2.5-Coder-7B") { LoadDelay = TimeSpan.FromMilliseconds(50) }],
        });
        var wrong = Ask.Prompt("p");
        wrong["model"] = "nobody/nothing";
        Assert.Equal(404, (await Ask.PostAsync(simulator, "/v1/completions", wrong)).Status);
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(200, (await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt("p"))).Status);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, 45, 30_000);
    }
}
