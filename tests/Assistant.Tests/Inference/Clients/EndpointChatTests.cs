using Assistant.Inference.Clients;
using Assistant.ModelServers;
using Microsoft.Extensions.AI;
using ModelServerSimulator;

namespace Assistant.Tests.Inference.Clients;

public sealed class EndpointChatTests
{
    private static readonly ChatOptions WithTools = new() { Tools = [ChatServer.ReadFile, ChatServer.FindSymbol] };

    public static TheoryData<string> Profiles => [.. ProfileTable.Names];

    [Theory, MemberData(nameof(Profiles))]
    public async Task A_chat_is_answered_streamed_and_whole(string profile)
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = profile });
        Assert.Equal("Hello! How can I assist you today? [stop]", await server.AskAsync());
        var whole = new ChatOptions { AdditionalProperties = new() { [WireOptions.Whole] = true } };
        Assert.Equal("Hello! How can I assist you today? [stop]", await server.AskAsync(whole));
        Assert.All(server.Simulator.Log.Completions, request =>
        {
            Assert.True(request is { HasContentLength: true, IsChunked: false, HasNulls: false }, request.Body);
            Assert.DoesNotContain("Stainless", request.Head);
        });
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task Reasoning_is_separate_and_usage_is_reported(string profile)
    {
        await using var server = await ChatServer.StartAsync(
            new SimulatorOptions { Profile = profile, Reasoning = "Hm, let me see.", ChatReply = "Yes." });
        Assert.Equal("{Hm, let me see.}Yes. [stop]", await server.AskAsync());
        var response = await server.Clients.Chat(server.Route).GetResponseAsync("Hello", new ChatOptions { MaxOutputTokens = 3 });
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.True(response.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0 });
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task A_call_arrives_whole_and_its_result_is_sent_back(string profile)
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions
        {
            Profile = profile,
            ToolReply = ModelReply.Call("read_file", """{"path":"src/A.cs"}"""),
            ChatReply = "It is empty.",
        });
        var chat = server.Clients.Chat(server.Route);
        List<ChatMessage> messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "What is in src/A.cs?")];
        var first = await chat.GetResponseAsync(messages, WithTools);
        var call = Assert.Single(first.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("read_file", "src/A.cs", ChatFinishReason.ToolCalls), (call.Name, $"{call.Arguments!["path"]}", first.FinishReason));

        messages.AddMessages(first);
        messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "class A { }")]));
        Assert.Equal("It is empty. [stop]", ChatServer.Line(await chat.GetResponseAsync(messages, WithTools)));
        Assert.All(server.Simulator.Log.Completions, request => Assert.False(request.HasNulls, request.Body));
    }

    /// <summary>
    /// Every shape of a call at servers with different parsers. mlx drops a call that it cannot parse and still reports one. A call that
    /// mlx or Ollama drops because it was cut leaves no trace.
    /// </summary>
    public static TheoryData<string, CallShape> Shapes =>
        [
            .. from profile in (string[])["llamacpp", "lmstudio-0.4", "mlx-0.32.2", "ollama", "vllm"]
               from shape in Enum.GetValues<CallShape>()
               select (profile, shape),
        ];

    [Theory, MemberData(nameof(Shapes))]
    public async Task A_call_is_found_in_every_shape(string profile, CallShape shape)
    {
        await using var server = await ChatServer.StartAsync(
            new SimulatorOptions { Profile = profile, ToolReply = ModelReply.Call("read_file", """{"path":"src/A.cs"}""", shape) });
        var dropped = profile is "mlx-0.32.2" or "ollama"
            && shape is CallShape.Malformed or CallShape.Truncated or CallShape.HermesMalformed;
        foreach (var whole in (bool[])[false, true])
        {
            var options = new ChatOptions { Tools = WithTools.Tools, AdditionalProperties = new() { [WireOptions.Whole] = whole } };
            if (!whole && (shape == CallShape.FinishWithoutCalls || (shape == CallShape.Malformed && profile == "mlx-0.32.2")))
            {
                var failure = await Assert.ThrowsAsync<ModelServerException>(() => server.AskAsync(options));
                Assert.Contains("and none came", failure.Message, StringComparison.Ordinal);
                continue;
            }
            var answer = await server.AskAsync(options);
            Assert.True(
                shape switch
                {
                    CallShape.FinishWithoutCalls => answer.TrimStart() == "[stop]",
                    CallShape.Truncated =>
                        answer.EndsWith("[length]", StringComparison.Ordinal) && (dropped || answer.Contains("cut off")),
                    // llama-server ends the stream when its own parser fails: the same request is sent in another mode.
                    CallShape.Malformed when profile == "llamacpp" => answer == """ read_file({"path":"src/A.cs"}) [tool_calls]""",
                    CallShape.Malformed or CallShape.HermesMalformed => dropped || answer.Contains("read_file!("),
                    CallShape.InReasoning => answer.EndsWith("} read_file({\"path\":\"src/A.cs\"}) [tool_calls]", StringComparison.Ordinal),
                    _ => answer == """ read_file({"path":"src/A.cs"}) [tool_calls]""",
                },
                answer);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task Cancelling_closes_the_connection_and_is_no_failure(string profile)
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = profile, HoldAfterTokens = 2 });
        using var cancel = new CancellationTokenSource(ChatServer.Guard);
        await using var stream = server.Clients.Chat(server.Route)
            .GetStreamingResponseAsync("Hello", cancellationToken: cancel.Token).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        var request = await server.Simulator.Log.CompletionAsync(0);
        await cancel.CancelAsync();
        await request.PeerClosedAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
    }

    [Fact]
    public async Task Disposing_the_stream_closes_the_connection()
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { HoldAfterTokens = 2 });
        await using (var stream = server.Clients.Chat(server.Route).GetStreamingResponseAsync("Hello").GetAsyncEnumerator())
        {
            Assert.True(await stream.MoveNextAsync());
        }
        await (await server.Simulator.Log.CompletionAsync(0)).PeerClosedAsync();
    }

    [Theory]
    [InlineData("llamacpp", Fault.EndWithoutDone, ModelFault.CutShort)]
    [InlineData("lmstudio-0.4", Fault.ErrorInStream, ModelFault.GeneratorDied)]
    [InlineData("lmstudio-0.4", Fault.ModelUnloaded, ModelFault.NoModelLoaded)]
    [InlineData("mlx-0.32", Fault.ZeroByteClose, ModelFault.Down)]
    [InlineData("mlx-0.32.2", Fault.DeadGenerationThread, ModelFault.GeneratorDied)]
    [InlineData("ollama", Fault.ServerBusy, ModelFault.Busy)]
    [InlineData("llamacpp", Fault.ResetInStream, ModelFault.Down)]
    [InlineData("llamacpp", Fault.ContextOverflow, ModelFault.ContextOverflow)]
    [InlineData("llamacpp", Fault.BrokenJson, ModelFault.CutShort)]
    [InlineData("llamacpp", Fault.OtherServer, ModelFault.UnexpectedServer)]
    public async Task A_failure_is_a_ModelServerException(string profile, Fault fault, ModelFault expected)
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = profile, Fault = fault });
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => server.AskAsync());
        Assert.Equal(expected, failure.Fault);
        Assert.NotEmpty(failure.Remedy);
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task Harmless_deviations_are_accepted(string profile)
    {
        foreach (var fault in (Fault[])[Fault.OddChunks, Fault.FinishReasonMissing, Fault.FinishReasonUnknown])
        {
            await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = profile, Fault = fault });
            Assert.Equal("Hello! How can I assist you today? [stop]", await server.AskAsync());
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public async Task Vectors_have_the_order_of_the_texts(string profile)
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = profile }, "nomic-embed-text-v1.5");
        if (profile.StartsWith("mlx", StringComparison.Ordinal))
        {
            Assert.Equal(ModelFault.Refused, (await Assert.ThrowsAsync<ModelServerException>(() => EmbedAsync(["a"]))).Fault);
            return;
        }
        var texts = Enumerable.Range(0, 70).Select(number => $"text {number}").ToArray();
        var all = await EmbedAsync(texts);
        Assert.Equal(70, all.Count);
        Assert.Equal((await EmbedAsync(["text 41"]))[0].Vector.ToArray(), all[41].Vector.ToArray());

        async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(string[] some)
        {
            using var guard = new CancellationTokenSource(ChatServer.Guard);
            return await server.Clients.Embeddings(server.Route).GenerateAsync(some, cancellationToken: guard.Token);
        }
    }
}
