using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.Inference.Fim;

public sealed class FimClientTests
{
    /// <summary>The profiles with a loaded first model that has FIM and needs no key.</summary>
    public static TheoryData<string> Profiles => [.. ProfileTable.Names.Except(["ollama", "openai", "llamacpp-router"])];

    [Theory, MemberData(nameof(Profiles))]
    public async Task A_hole_is_filled(string profile)
    {
        await using var served = await Served.StartAsync(Served.Options(profile));
        var (text, end) = await served.CompleteAsync(await served.UpAsync());
        Assert.Equal(Served.Answer, text);
        Assert.Equal("stop", end!.FinishReason);
        Assert.True(end.PromptTokens > 10);
        Assert.True(end.CompletionTokens > 1);
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task Requests_are_strict(string profile)
    {
        await using var served = await Served.StartAsync(Served.Options(profile));
        var route = await served.UpAsync();
        string[] stops = ["<|endoftext|>", "", "\n", "<|fim_pad|>", "<|file_sep|>", "<|im_end|>", "<|repo_name|>"];
        await served.CompleteAsync(route, Served.Hole(route) with { Stops = stops });
        var request = Assert.Single(served.Simulator.Log.Completions, request => request.MaxTokens == 40);
        Assert.True(request.HasContentLength);
        Assert.False(request.IsChunked);
        Assert.False(request.HasNulls);
        Assert.False(request.HasSuffix);
        Assert.True(request.Stream);
        Assert.InRange(request.Stops.Count, 1, 4);
        Assert.DoesNotContain("", request.Stops);
        if (profile.StartsWith("mlx", StringComparison.Ordinal))
        {
            Assert.Empty(request.TextualStops);
        }
        Assert.Equal(profile == "llamacpp", request.Body.Contains("cache_prompt"));
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task Cancelling_in_the_stream_closes_the_connection(string profile)
    {
        await using var served = await Served.StartAsync(Served.Options(profile) with { HoldAfterTokens = 2 });
        var route = await served.UpAsync();
        var before = served.Simulator.Log.Completions.Count;
        using var cancel = new CancellationTokenSource(Served.Guard);
        await using var stream = served.Stream(route, token: cancel.Token).GetAsyncEnumerator(cancel.Token);
        Assert.True(await stream.MoveNextAsync());
        var request = await served.Simulator.Log.CompletionAsync(before);
        await cancel.CancelAsync();
        await request.PeerClosedAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
        Assert.NotEqual(ModelState.Down, served.Servers.Router.Status.State);
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task Cancelling_before_the_first_byte_closes_the_connection(string profile)
    {
        await using var served = await Served.StartAsync(Served.Options(profile));
        var route = await served.UpAsync();
        var before = served.Simulator.Log.Completions.Count;
        served.Simulator.Options = served.Simulator.Options with { HoldPrefill = true };
        using var cancel = new CancellationTokenSource(Served.Guard);
        await using var stream = served.Stream(route, token: cancel.Token).GetAsyncEnumerator(cancel.Token);
        var next = stream.MoveNextAsync();
        var request = await served.Simulator.Log.CompletionAsync(before);
        await cancel.CancelAsync();
        await request.PeerClosedAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.Equal(ModelState.Up, (await served.RouteAsync()).Status.State);
    }

    /// <summary>With one model loaded LM Studio answers for any other name; each chunk names the model that answers.</summary>
    [Fact]
    public async Task An_answer_from_another_model_refreshes_the_catalog_once()
    {
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with { HoldAfterTokens = 1 });
        var route = await served.UpAsync() with { ModelId = "another" };
        var endpoint = served.Servers.Endpoints.Of(served.Endpoint);
        var before = endpoint.CachedInfo;
        await using var stream = served.Stream(route, Served.Hole(await served.UpAsync())).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        var asked = await endpoint.GetInfoAsync(CancellationToken.None);
        Assert.NotSame(before, asked);
        served.Simulator.Release();
        while (await stream.MoveNextAsync())
        {
        }
        Assert.Same(asked, endpoint.CachedInfo);
    }

    [Fact]
    public async Task Disposing_the_stream_closes_the_connection()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp") with { HoldAfterTokens = 2 });
        var route = await served.UpAsync();
        await using (var stream = served.Stream(route).GetAsyncEnumerator())
        {
            Assert.True(await stream.MoveNextAsync());
        }
        await (await served.Simulator.Log.CompletionAsync(0)).PeerClosedAsync();
    }

    // Rows follow the servers' protocols: the fault, a part of the user's message, and the endpoint's state.
    [Theory]
    [InlineData("llamacpp", Fault.ErrorInStream, ModelFault.Refused, "", ModelState.Up)]
    [InlineData("lmstudio-0.4", Fault.ErrorInStream, ModelFault.GeneratorDied, "crashed", ModelState.Wedged)]
    [InlineData("llamacpp", Fault.EndWithoutDone, ModelFault.CutShort, "CutShort", ModelState.Up)]
    [InlineData("lmstudio-0.4", Fault.EndWithoutDone, ModelFault.CutShort, "CutShort", ModelState.Up)]
    [InlineData("llamacpp", Fault.ResetInStream, ModelFault.Down, "broke the connection off", ModelState.Down)]
    [InlineData("llamacpp", Fault.ZeroByteClose, ModelFault.Down, "zero-byte close", ModelState.Down)]
    [InlineData(
        "lmstudio-0.4",
        Fault.StringError,
        ModelFault.GeneratorDied,
        "The model has crashed without additional information. (Exit code: 6)",
        ModelState.Wedged)]
    [InlineData("llamacpp", Fault.DeadGenerationThread, ModelFault.GeneratorDied, "generation thread died", ModelState.Wedged)]
    [InlineData(
        "lmstudio-0.4",
        Fault.UnexpectedEndpoint,
        ModelFault.UnexpectedServer,
        "Unexpected endpoint or method",
        ModelState.UnexpectedServer)]
    [InlineData(
        "lmstudio-0.4", Fault.Unauthorized, ModelFault.Unauthorized, "An LM Studio API token is required", ModelState.Unauthorized)]
    [InlineData("llamacpp", Fault.Loading, ModelFault.Loading, "Loading model", ModelState.Loading)]
    [InlineData(
        "lmstudio-0.4", Fault.NoModelsLoaded, ModelFault.NoModelLoaded, "No models loaded. Please load a model", ModelState.NotLoaded)]
    [InlineData("llamacpp", Fault.ContextOverflow, ModelFault.ContextOverflow, "context", ModelState.ContextTooSmall)]
    [InlineData("lmstudio-0.4", Fault.ContextOverflow, ModelFault.ContextOverflow, "context length", ModelState.ContextTooSmall)]
    [InlineData("lmstudio-0.3", Fault.ContextOverflow, ModelFault.ContextOverflow, "context length", ModelState.ContextTooSmall)]
    [InlineData("llamacpp", Fault.OtherServer, ModelFault.UnexpectedServer, "UnexpectedServer", ModelState.UnexpectedServer)]
    [InlineData("llamacpp", Fault.NotHttp, ModelFault.UnexpectedServer, "-ERR unknown command", ModelState.UnexpectedServer)]
    [InlineData("mlx-0.32", Fault.ZeroByteClose, ModelFault.Down, "zero-byte close", ModelState.Down)]
    [InlineData("mlx-0.32.2", Fault.DeadGenerationThread, ModelFault.GeneratorDied, "generation thread died", ModelState.Wedged)]
    [InlineData("mlx-0.32", Fault.EndWithoutDone, ModelFault.CutShort, "CutShort", ModelState.Up)]
    [InlineData("mlx-0.28", Fault.EndWithoutDone, ModelFault.CutShort, "CutShort", ModelState.Up)]
    [InlineData("mlx-0.32.2", Fault.ResetInStream, ModelFault.Down, "broke the connection off", ModelState.Down)]
    [InlineData("mlx-0.32.2", Fault.OtherServer, ModelFault.UnexpectedServer, "UnexpectedServer", ModelState.UnexpectedServer)]
    public async Task A_fault_is_reported(string profile, Fault fault, ModelFault expected, string words, ModelState state)
    {
        await using var served = await Served.StartAsync(Served.Options(profile));
        var route = await served.UpAsync();
        served.Simulator.Options = served.Simulator.Options with { Fault = fault };
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route));
        Assert.Equal((expected, state), (failure.Fault, served.Servers.Router.Status.State));
        Assert.Contains(words, failure.Message);
        Assert.NotEmpty(failure.Remedy);
    }

    [Fact]
    public async Task A_model_without_fim_fills_the_hole_by_chat_until_the_closing_tag()
    {
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with
        {
            Models = [new SimulatedModel("qwen/qwen3.5-9b")],
            ChatReply = "Sure. <COMPLETION>first + second;</COMPLETION> I have added the two numbers for you.",
            HoldAfterTokens = null,
        });
        var route = await served.UpAsync();
        Assert.True(route.ChatFallback);
        var request = Served.Hole(route) with { Chat = new ChatHole("You fill holes.", "Add them.") };
        var (text, end) = await served.CompleteAsync(route, request);
        Assert.Equal((Served.Answer, "stop"), (text, end!.FinishReason));
        var sent = Assert.Single(served.Simulator.Log.Completions);
        Assert.Equal("/v1/chat/completions", sent.Path);
        Assert.Contains("\"reasoning_effort\":\"none\"", sent.Body);
        Assert.Equal(40, sent.MaxTokens);
        Assert.Empty(sent.Stops);
    }

    [Fact]
    public async Task A_chat_answer_without_the_tags_is_empty_and_ends_with_no_tag()
    {
        await using var served = await Served.StartAsync(
            Served.Options("lmstudio-0.4") with { Models = [new SimulatedModel("qwen/qwen3.5-9b")] });
        var route = await served.UpAsync();
        var (text, end) = await served.CompleteAsync(route, Served.Hole(route) with { Chat = new ChatHole("You fill holes.", "Hello.") });
        Assert.Equal(("", "no-tag"), (text, end!.FinishReason));
    }

    [Theory]
    [InlineData(OverflowShape.ErrorEvent, "context length")]
    [InlineData(OverflowShape.StringError, "context length")]
    public async Task A_prompt_that_does_not_fit_is_reported(OverflowShape shape, string words)
    {
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4"));
        var route = await served.UpAsync();
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.ContextOverflow, Overflow = shape };
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route));
        Assert.Equal(ModelFault.ContextOverflow, failure.Fault);
        Assert.Contains(words, failure.Message);
        // The server works: the next prompt may fit.
        Assert.NotNull((await served.RouteAsync()).Route);
    }

    [Theory]
    [InlineData(Fault.RejectNulls)]
    [InlineData(Fault.LengthRequired)]
    public async Task A_request_has_no_member_that_mlx_refuses(Fault fault)
    {
        await using var served = await Served.StartAsync(Served.Options("mlx-0.32") with { Fault = fault });
        Assert.Equal(Served.Answer, (await served.CompleteAsync(await served.UpAsync())).Text);
    }

    [Fact]
    public async Task Keepalive_comments_are_no_text_and_restart_the_first_byte_timer()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(
            Served.Options("llamacpp") with { HoldPrefill = true, KeepaliveEvery = TimeSpan.FromSeconds(15), Clock = clock },
            clock,
            endpoint => endpoint with { FirstByteTimeout = TimeSpan.FromSeconds(20), IdleTimeout = TimeSpan.FromSeconds(5) });
        var answer = served.CompleteAsync(await served.UpAsync());
        await served.Simulator.Log.CompletionAsync(0);
        served.Simulator.Release();
        Assert.Equal(Served.Answer, (await answer).Text);
    }

    [Theory]
    [InlineData(Fault.FinishReasonUnknown)]
    [InlineData(Fault.FinishReasonMissing)]
    public async Task An_unknown_or_missing_finish_reason_is_accepted(Fault fault)
    {
        await using var served = await Served.StartAsync(Served.Options("lmstudio-0.4") with { Fault = fault });
        var (text, end) = await served.CompleteAsync(await served.UpAsync());
        Assert.Equal((Served.Answer, "stop"), (text, end!.FinishReason));
    }

    [Theory]
    [InlineData(StreamSplit.EveryByte)]
    [InlineData(StreamSplit.InsideDataLine)]
    public async Task A_stream_may_be_split_anywhere(StreamSplit split)
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp") with { Split = split });
        Assert.Equal(Served.Answer, (await served.CompleteAsync(await served.UpAsync())).Text);
    }

    [Fact]
    public async Task A_refused_connection_is_down()
    {
        await using var served = await Served.StartAsync(Served.Options("llamacpp"));
        var route = await served.UpAsync();
        await served.Simulator.KillAsync();
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => served.CompleteAsync(route));
        Assert.Equal((ModelFault.Down, ModelState.Down), (failure.Fault, served.Servers.Router.Status.State));
    }

    [Fact]
    public async Task Without_a_first_byte_the_server_is_wedged()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(
            Served.Options("llamacpp"), clock, endpoint => endpoint with { FirstByteTimeout = TimeSpan.FromSeconds(20) });
        var route = await served.UpAsync();
        served.Simulator.Options = served.Simulator.Options with { Fault = Fault.Wedge };
        var answer = served.CompleteAsync(route);
        await served.Simulator.Log.CompletionAsync(0);
        clock.Advance(TimeSpan.FromSeconds(21));
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => answer);
        Assert.Equal((ModelFault.NoFirstByte, ModelState.Wedged), (failure.Fault, served.Servers.Router.Status.State));
        Assert.Contains("20 s", failure.Message);
    }

    [Fact]
    public async Task A_silent_stream_is_idle()
    {
        var clock = new FakeClock();
        await using var served = await Served.StartAsync(
            Served.Options("llamacpp") with { HoldAfterTokens = 2 },
            clock,
            endpoint => endpoint with { IdleTimeout = TimeSpan.FromSeconds(5) });
        var route = await served.UpAsync();
        await using var stream = served.Stream(route).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync();
        clock.Advance(TimeSpan.FromSeconds(6));
        var failure = await Assert.ThrowsAsync<ModelServerException>(async () => await next);
        Assert.Equal((ModelFault.Idle, ModelState.Wedged), (failure.Fault, served.Servers.Router.Status.State));
    }

    [Fact]
    public async Task The_key_is_sent()
    {
        await using var served = await Served.StartAsync(
            Served.Options("lmstudio-0.4") with { ApiKey = "sk-lm-1" }, endpoint: endpoint => endpoint with { ApiKey = "sk-lm-1" });
        Assert.Equal(Served.Answer, (await served.CompleteAsync(await served.UpAsync())).Text);
    }
}
