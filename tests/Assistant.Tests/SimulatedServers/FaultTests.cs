using System.Text;
using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>Each fault looks as its documentation describes.</summary>
public sealed class FaultTests
{
    private const string Long = "var total = first + second + third;";

    [Theory]
    [InlineData(Fault.DeadGenerationThread, "mlx-0.32.2", 404, "generation thread died")]
    [InlineData(Fault.StringError, "lmstudio-0.4", 400, "{\"error\":\"The model has crashed")]
    [InlineData(Fault.UnexpectedEndpoint, "lmstudio-0.4", 200, "Unexpected endpoint or method. (POST /v1/completions)")]
    [InlineData(Fault.Unauthorized, "lmstudio-0.4", 401, "invalid_api_key")]
    [InlineData(Fault.Loading, "llamacpp", 503, "Loading model")]
    [InlineData(Fault.NoModelsLoaded, "lmstudio-0.4", 400, "No models loaded.")]
    [InlineData(Fault.ContextOverflow, "lmstudio-0.4", 400, "n_ctx: 8192")]
    [InlineData(Fault.ContextOverflow, "llamacpp", 400, "exceed_context_size_error")]
    [InlineData(Fault.OtherServer, "llamacpp", 200, "<h1>It works!</h1>")]
    [InlineData(Fault.FinishReasonMissing, "llamacpp", 200, "\"finish_reason\":null")]
    [InlineData(Fault.FinishReasonUnknown, "lmstudio-0.4", 200, "\"finish_reason\":\"eos_token_reached\"")]
    [InlineData(Fault.EmptyContent, "lmstudio-0.4", 200, "\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"stop\"")]
    [InlineData(Fault.ErrorIn200, "vllm", 200, "Internal error: the engine did not answer.")]
    [InlineData(Fault.ServerBusy, "llamacpp", 503, "maximum pending requests exceeded")]
    [InlineData(Fault.RateLimited, "lmstudio-0.4", 429, "Rate limit reached")]
    public async Task A_reply_of_another_kind(Fault fault, string profile, int status, string part)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile, Fault = fault });
        var (seen, body) = await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt("p"));
        Assert.Equal(status, seen);
        Assert.Contains(part, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fault.ZeroByteClose)]
    [InlineData(Fault.ResetBeforeHead)]
    [InlineData(Fault.NotHttp)]
    [InlineData(Fault.ResetInStream)]
    public async Task No_whole_reply(Fault fault)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.4", Fault = fault });
        simulator.Brain.Enqueue(Long);
        await Assert.ThrowsAsync<HttpRequestException>(() => Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt("p", stream: true)));
    }

    [Theory]
    [InlineData(Fault.ErrorInStream, "lmstudio-0.4", true)]
    [InlineData(Fault.ErrorInStream, "llamacpp", true)]
    [InlineData(Fault.ModelUnloaded, "lmstudio-0.4", true)]
    [InlineData(Fault.ModelUnloaded, "mlx-0.31", false)]
    [InlineData(Fault.BrokenJson, "llamacpp", false)]
    [InlineData(Fault.EndWithoutDone, "llamacpp", false)]
    [InlineData(Fault.EndWithoutDone, "mlx-0.31", false)]
    public async Task A_stream_that_breaks(Fault fault, string profile, bool tells)
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Profile = profile, Fault = fault, FaultAfterTokens = 2 });
        simulator.Brain.Enqueue(Long);
        var (_, body) = await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt("p", stream: true));
        Assert.Equal("var total", simulator.Log.Completions[0].SentText);
        Assert.Equal(
            (tells, false), (body.Contains("\"error\":", StringComparison.Ordinal), body.Contains("[DONE]", StringComparison.Ordinal)));
    }

    /// <summary>In a stream the error follows the header; otherwise it is the whole reply.</summary>
    [Theory]
    [InlineData(Fault.TemplateError, true, 200, "event: error\ndata: {\"error\":{\"message\":\"Error rendering prompt with jinja template")]
    [InlineData(Fault.TemplateError, false, 400, "{\"error\":\"Error rendering prompt with jinja template")]
    [InlineData(Fault.ContentInReasoning, false, 200, "\"content\":\"\",\"reasoning_content\":\"Hello!")]
    [InlineData(Fault.OddChunks, true, 200, "data:\n\n")]
    public async Task A_chat_of_another_kind(Fault fault, bool stream, int status, string part)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.4", Fault = fault });
        var (seen, body) = await Ask.PostAsync(simulator, "/v1/chat/completions", new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello" }), ["stream"] = stream,
        });
        Assert.Equal(status, seen);
        Assert.Contains(part, body, StringComparison.Ordinal);
    }

    /// <summary>The stream goes silent and stays open; other requests are answered.</summary>
    [Fact]
    public async Task A_stream_that_goes_silent()
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Profile = "lmstudio-0.4", Fault = Fault.SilentInStream, FaultAfterTokens = 2 });
        simulator.Brain.Enqueue(Long);
        await using var stream = Ask.Open(simulator, Ask.Prompt("p", stream: true));
        await (await simulator.Log.CompletionAsync(0)).SentAsync(2);
        Assert.Equal(200, (await Ask.GetAsync(simulator, "/v1/models")).Status);
        Assert.False(simulator.Log.Completions[0].Ended);
    }

    [Theory]
    [InlineData(OverflowShape.ErrorEvent, "event: error\ndata: {\"error\":{\"message\":\"Input does not fit in context length.")]
    [InlineData(OverflowShape.Empty, "\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"stop\"")]
    [InlineData(OverflowShape.Truncated, "It looks like")]
    [InlineData(OverflowShape.StringError, "n_keep: ")]
    [InlineData(OverflowShape.ErrorObject, "does not fit in context length")]
    public async Task A_prompt_that_is_too_long_shows_in_each_known_shape(OverflowShape shape, string part)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = "lmstudio-0.4", Overflow = shape, Models = [new SimulatedModel("qwen2.5-coder-7b") { ContextTokens = 20 }],
        });
        var (_, body) = await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt(new string('1', 60), stream: true));
        Assert.Contains(part, body + simulator.Log.Completions[0].SentText, StringComparison.Ordinal);
    }

    /// <summary>The running stream goes silent and new requests get no reply; health and list answer; only a restart helps.</summary>
    [Fact]
    public async Task A_wedge()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "mlx-0.31", HoldAfterTokens = 2 });
        simulator.Brain.Enqueue(Long);
        await using var running = Ask.Open(simulator, Ask.Prompt("p", stream: true));
        var first = await simulator.Log.CompletionAsync(0);
        await first.SentAsync(2);
        var stop = Ask.Prompt("p");
        stop["stop"] = new JsonArray(5);
        await using var killing = Ask.Open(simulator, stop);
        await simulator.Log.CompletionAsync(1);
        await using var later = Ask.Open(simulator, Ask.Prompt("p"));
        var third = await simulator.Log.CompletionAsync(2);
        simulator.Release();
        Assert.Equal(200, (await Ask.GetAsync(simulator, "/health")).Status);
        Assert.Equal(200, (await Ask.GetAsync(simulator, "/v1/models")).Status);
        Assert.Equal((0, false), (third.Status, third.Ended));

        await simulator.RestartAsync();
        Assert.Equal(200, (await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt("p"))).Status);
        Assert.Null(first.FinishReason);
    }

    [Theory]
    [InlineData("mlx-0.32.2", 400)]
    [InlineData("mlx-0.31", 0)]
    public async Task Nulls_are_refused_on_mlx(string profile, int status)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile });
        var body = Ask.Prompt("p");
        body["temperature"] = null;
        if (status == 0)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => Ask.PostAsync(simulator, "/v1/completions", body));
        }
        else
        {
            Assert.Equal(status, (await Ask.PostAsync(simulator, "/v1/completions", body)).Status);
        }
        Assert.True(simulator.Log.Completions[0].HasNulls);
    }

    [Fact]
    public async Task A_killed_server_refuses_and_comes_back_on_its_port()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { HoldAfterTokens = 1 });
        var stream = Ask.Open(simulator, Ask.Prompt("p", stream: true));
        await (await simulator.Log.CompletionAsync(0)).SentAsync(1);
        await simulator.KillAsync();
        await stream.Completion;
        await Assert.ThrowsAsync<HttpRequestException>(() => Ask.GetAsync(simulator, "/health"));
        await simulator.RestartAsync();
        Assert.Equal(200, (await Ask.GetAsync(simulator, "/health")).Status);
    }

    [Theory]
    [InlineData(StreamSplit.InsideUtf8)]
    [InlineData(StreamSplit.InsideDataLine)]
    [InlineData(StreamSplit.EveryByte)]
    public async Task A_stream_that_is_cut_anywhere_is_the_same_stream(StreamSplit split)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "llamacpp", Split = split });
        simulator.Brain.Enqueue("\"Grüße 👋\";");
        var (_, body) = await Ask.PostAsync(simulator, "/v1/completions", Ask.Prompt("p", stream: true));
        var text = new StringBuilder();
        foreach (var line in body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
        {
            text.Append(JsonNode.Parse(line[6..])!["choices"]![0]!["text"]!.GetValue<string>());
        }
        Assert.Equal("\"Grüße 👋\";", text.ToString());
    }

    [Fact]
    public async Task The_log_holds_the_facts_of_a_request()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions());
        await Ask.PostAsync(simulator, "/v1/completions", new JsonObject
        {
            ["prompt"] = "p", ["suffix"] = "s", ["max_tokens"] = 7, ["stop"] = new JsonArray("<|fim_pad|>", "\n"), ["model"] = "m",
        });
        var request = Assert.Single(simulator.Log.Completions);
        Assert.Equal(
            ("p", "m", 7, true, true, false, false),
            (
                request.Prompt,
                request.Model,
                request.MaxTokens,
                request.HasSuffix,
                request.HasContentLength,
                request.HasNulls,
                request.Stream));
        Assert.Equal(["<|fim_pad|>", "\n"], request.Stops);
        Assert.Equal(["\n"], request.TextualStops);
        Assert.StartsWith("POST /v1/completions HTTP/1.1\r\n", request.Head, StringComparison.Ordinal);
        Assert.Equal(["POST /v1/completions"], simulator.Log.All.Select(logged => $"{logged.Method} {logged.Path}"));
    }
}
