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
    // The template lists tools, although the model was not trained to call them.
    [InlineData(EndpointKind.LlamaCpp, "qwen2.5-coder-7b-instruct", "Schema")]
    [InlineData(EndpointKind.LmStudio, "gemma-3-4b", "Schema")]
    [InlineData(EndpointKind.Mlx, "gemma-3-4b", "Prompt")]
    [InlineData(EndpointKind.OpenAi, "gpt-4.1", "Native")]
    [InlineData(EndpointKind.LlamaCpp, "starcoder2-3b", "None")]
    public void Family_and_server_suggest_a_mode(EndpointKind kind, string model, string expected) =>
        Assert.Equal(expected, ToolCallModes.Suggested(Route(kind, model, ModelAbilities.None)).ToString());

    [Fact]
    public void For_an_unknown_family_the_server_decides()
    {
        Assert.Equal(ToolCallMode.Native, Suggested(EndpointKind.LmStudio, "mystery", ModelAbilities.Chat | ModelAbilities.Tools));
        Assert.Equal(ToolCallMode.Schema, Suggested(EndpointKind.LmStudio, "mystery", ModelAbilities.Chat));
        Assert.Equal(ToolCallMode.Schema, Suggested(EndpointKind.Vllm, "gemma-3-4b", ModelAbilities.Chat));

        static ToolCallMode Suggested(EndpointKind kind, string model, ModelAbilities abilities) =>
            ToolCallModes.Suggested(Route(kind, model, abilities));
    }

    [Theory]
    [InlineData("llamacpp", true, "Native")]
    [InlineData("llamacpp", false, "Schema")]
    [InlineData("mlx-0.32.2", false, "Prompt")]
    public async Task A_probe_finds_the_mode_once(string profile, bool calls, string expected)
    {
        var reply = calls ? ModelReply.Call("get_weather", """{"city":"Paris"}""") : new ModelReply("It is sunny.");
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = profile, ToolReply = reply }, "mystery");
        var scheduler = new Scheduler(server.Endpoints, TimeProvider.System);
        var probe = new ToolCallProbe(server.Modes, server.Clients, scheduler, NullLogger.Instance);
        server.Modes.Unprobed += probe.Begin;
        Assert.False(server.Modes.IsLearned(server.Route));
        server.Modes.ForRequest(server.Route);
        server.Modes.ForRequest(server.Route);
        await probe.EndedAsync(server.Route).WaitAsync(ChatServer.Guard, TimeProvider.System);
        Assert.Equal(expected, server.Modes.ForRequest(server.Route).ToString());
        Assert.Single(server.Simulator.Log.Completions);
    }

    [Fact]
    public async Task A_model_that_is_not_loaded_or_not_on_this_machine_is_not_probed()
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions(), "mystery");
        var scheduler = new Scheduler(server.Endpoints, TimeProvider.System);
        var probe = new ToolCallProbe(server.Modes, server.Clients, scheduler, NullLogger.Instance);
        var remote = server.Route with { Endpoint = server.Route.Endpoint with { Local = false } };
        foreach (var route in (ModelRoute[])[server.Route with { Loads = true }, remote])
        {
            probe.Begin(route);
            await probe.EndedAsync(route);
        }
        Assert.Empty(server.Simulator.Log.Completions);
    }

    [Fact]
    public void The_prompt_holds_each_tools_description_and_an_example_call()
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
    [InlineData(
        "Schema",
        """
        user:Go.
        assistant:{"tool": "read_file", "arguments": {"path":"a.cs"}}
        user:Result of read_file:<class A { }>
        assistant:{"answer": "It is \"A\"."}
        """)]
    [InlineData(
        "Prompt",
        """
        user:Go.
        assistant:I look.<```json<{"tool": "read_file", "arguments": {"path":"a.cs"}}<```
        user:Result of read_file:<class A { }>
        assistant:It is "A".
        """)]
    [InlineData(
        "None",
        """
        user:Go.
        assistant:I look.
        user:Result of read_file {"path":"a.cs"}:<class A { }>
        assistant:It is "A".
        """)]
    public void Former_calls_and_results_become_text_in_the_modes_notation(string mode, string expected)
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Go."),
            new(ChatRole.Assistant,
            [
                new TextContent("I look."),
                new FunctionCallContent("1", "read_file", new Dictionary<string, object?> { ["path"] = "a.cs" }),
            ]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "class A { }>")]),
            new(ChatRole.Assistant, "It is \"A\"."),
        ];
        var text = ToolPrompt.AsText(Enum.Parse<ToolCallMode>(mode), messages);
        Assert.Equal(
            expected.ReplaceLineEndings("\n"),
            string.Join('\n', text.Select(message => $"{message.Role}:{message.Text.ReplaceLineEndings("<")}")));
    }

    private static ModelRoute Route(EndpointKind kind, string model, ModelAbilities abilities) => new(
        EndpointSettings.At("here", new Uri("http://127.0.0.1:1")), kind, model, ModelFamilies.Of(model), 8_192,
        Grammar: false, KeepsFirstSpace: true, ChatFallback: true, abilities);
}
