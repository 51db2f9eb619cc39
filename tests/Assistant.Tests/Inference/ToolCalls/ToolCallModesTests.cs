using Assistant.Families;
using Assistant.Inference.Clients;
using Assistant.Inference.ToolCalls;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Tests.Inference.Clients;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Inference.ToolCalls;

public sealed class ToolCallModesTests
{
    [Theory]
    [InlineData(EndpointKind.LlamaCpp, "qwen3-coder-30b", "Native")]
    [InlineData(EndpointKind.Mlx, "gpt-oss-20b", "Native")]
    // Its template knows tools, and it does not.
    [InlineData(EndpointKind.LlamaCpp, "qwen2.5-coder-7b-instruct", "Schema")]
    [InlineData(EndpointKind.LmStudio, "gemma-3-4b", "Schema")]
    [InlineData(EndpointKind.Mlx, "gemma-3-4b", "Prompt")]
    [InlineData(EndpointKind.OpenAi, "gpt-4.1", "Native")]
    [InlineData(EndpointKind.LlamaCpp, "starcoder2-3b", "None")]
    public void Family_and_server_suggest_a_way(EndpointKind kind, string model, string expected) =>
        Assert.Equal(expected, ToolCallModes.Suggested(Route(kind, model, ModelAbilities.None)).ToString());

    [Fact]
    public void Of_an_unknown_family_the_servers_word_is_taken()
    {
        Assert.Equal(ToolCallMode.Native, ToolCallModes.Suggested(Route(EndpointKind.LmStudio, "mystery", ModelAbilities.Chat | ModelAbilities.Tools)));
        Assert.Equal(ToolCallMode.Schema, ToolCallModes.Suggested(Route(EndpointKind.LmStudio, "mystery", ModelAbilities.Chat)));
        Assert.Equal(ToolCallMode.Schema, ToolCallModes.Suggested(Route(EndpointKind.OpenAi, "gemma-3-4b", ModelAbilities.Chat) with { Kind = EndpointKind.Vllm }));
    }

    [Theory]
    [InlineData("llamacpp", true, "Native")]
    [InlineData("llamacpp", false, "Schema")]
    [InlineData("mlx-0.32.2", false, "Prompt")]
    public async Task A_probe_finds_the_way_once(string profile, bool calls, string expected)
    {
        await using var server = await ChatServer.StartAsync(
            new SimulatorOptions { Profile = profile, ToolReply = calls ? ModelReply.Call("get_weather", """{"city":"Paris"}""") : new ModelReply("It is sunny.") }, "mystery");
        var probe = new ToolCallProbe(server.Ways, server.Clients, new Scheduler(server.Endpoints, TimeProvider.System), NullLogger.Instance);
        server.Ways.Unprobed += probe.Begin;
        Assert.False(server.Ways.IsLearned(server.Route));
        server.Ways.ForRequest(server.Route);
        server.Ways.ForRequest(server.Route);
        await probe.EndedAsync(server.Route).WaitAsync(ChatServer.Guard, TimeProvider.System);
        Assert.Equal(expected, server.Ways.ForRequest(server.Route).ToString());
        Assert.Single(server.Simulator.Log.Completions);
    }

    [Fact]
    public async Task What_would_be_loaded_and_what_leaves_the_machine_is_not_probed()
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions(), "mystery");
        var probe = new ToolCallProbe(server.Ways, server.Clients, new Scheduler(server.Endpoints, TimeProvider.System), NullLogger.Instance);
        foreach (var route in (ModelRoute[])[server.Route with { Loads = true }, server.Route with { Endpoint = server.Route.Endpoint with { Local = false } }])
        {
            probe.Begin(route);
            await probe.EndedAsync(route);
        }
        Assert.Empty(server.Simulator.Log.Completions);
    }

    [Fact]
    public void Tools_are_described_by_what_they_do_and_a_call_to_copy()
    {
        var tools = OfferedTools.Of(new ChatOptions { Tools = [ChatServer.ReadFile] });
        Assert.Equal(
            """
            # Tools
            You cannot see the user's code, files or results. Use a tool to get anything from them or to change them. Write one JSON object:
            - Does read_file.
              {"tool": "read_file", "arguments": {"path": "..."}}
            - The results above are enough, or the user only talks to you.
              {"answer": "..."}
            Choose the tool whose description fits the request best.
            """.ReplaceLineEndings("\n"),
            ToolPrompt.Instructions(ToolCallMode.Schema, tools, mustCall: false));
        Assert.Contains("More arguments: line (integer)", ToolPrompt.Instructions(ToolCallMode.Prompt, tools, mustCall: false));
    }

    [Theory]
    [InlineData("Schema", """user:Go.|assistant:{"tool": "read_file", "arguments": {"path":"a.cs"}}|user:Result of read_file:<class A { }>|assistant:{"answer": "It is \"A\"."}""")]
    [InlineData("Prompt", """user:Go.|assistant:I look.<```json<{"tool": "read_file", "arguments": {"path":"a.cs"}}<```|user:Result of read_file:<class A { }>|assistant:It is "A".""")]
    [InlineData("None", """user:Go.|assistant:I look.|user:Result of read_file {"path":"a.cs"}:<class A { }>|assistant:It is "A".""")]
    public void Former_calls_and_results_are_said_as_they_would_have_been_written(string way, string expected)
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Go."),
            new(ChatRole.Assistant, [new TextContent("I look."), new FunctionCallContent("1", "read_file", new Dictionary<string, object?> { ["path"] = "a.cs" })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "class A { }>")]),
            new(ChatRole.Assistant, "It is \"A\"."),
        ];
        var said = ToolPrompt.Said(Enum.Parse<ToolCallMode>(way), messages);
        Assert.Equal(expected, string.Join("|", said.Select(message => $"{message.Role}:{message.Text.ReplaceLineEndings("<")}")));
    }

    private static ModelRoute Route(EndpointKind kind, string model, ModelAbilities abilities) => new(
        EndpointSettings.At("here", new Uri("http://127.0.0.1:1")), kind, model, ModelFamilies.Of(model), 8_192,
        Grammar: false, KeepsFirstSpace: true, ChatFallback: true, abilities);
}
