using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>Tool calls in the form of each server, or in the form that a test sets.</summary>
public sealed class ToolCallTests
{
    private const string Arguments = """{"path":"src/A.cs"}""";

    /// <summary>The deltas of a stream without their common members; ids as N. An indented line continues the line before.</summary>
    [Theory]
    [InlineData("lmstudio-0.4", CallShape.OfProfile, """
        {"role":"assistant","tool_calls":[{"index":0,"id":"N","type":"function","function":{"name":"read_file","arguments":""}}]}
        {"role":"assistant","tool_calls":[{"index":0,"type":"function","function":{"arguments":"{\""}}]}
        …
        {} tool_calls
        """)]
    [InlineData("llamacpp", CallShape.OfProfile, """
        {"role":"assistant","content":null}
        {"tool_calls":[{"index":0,"id":"N","type":"function","function":{"name":"read_file","arguments":""}}]}
        {"tool_calls":[{"index":0,"function":{"arguments":"{\""}}]}
        …
        {} tool_calls
        """)]
    [InlineData("mlx-0.32.2", CallShape.OfProfile, """
        {"role":"assistant","tool_calls":[{"function":{"name":"read_file","arguments":"{\"path\":\"src/A.cs\"}"},"type":"function",
            "id":"N","index":0}]}
        {"role":"assistant"} tool_calls
        """)]
    [InlineData("ollama", CallShape.FinishStop, """
        {"role":"assistant","content":"","tool_calls":[{"id":"N","index":0,"type":"function","function":{"name":"read_file",
            "arguments":"{\"path\":\"src/A.cs\"}"}}]}
        {} stop
        """)]
    [InlineData("vllm", CallShape.OneShot, """
        {"role":"assistant","content":""}
        {"tool_calls":[{"index":0,"id":"N","type":"function","function":{"name":"read_file","arguments":"{\"path\":\"src/A.cs\"}"}}]}
        {} tool_calls
        """)]
    [InlineData("mlx-0.32.2", CallShape.Malformed, """{"role":"assistant"} tool_calls""")]
    [InlineData("mlx-0.32.2", CallShape.Truncated, """{"role":"assistant"} length""")]
    [InlineData("lmstudio-0.4", CallShape.FinishWithoutCalls, """{} tool_calls""")]
    [InlineData("lmstudio-0.4", CallShape.IndexMissing, """
        {"role":"assistant","tool_calls":[{"id":"N","type":"function","function":{"name":"read_file",
            "arguments":"{\"path\":\"src/A.cs\"}"}}]}
        {} tool_calls
        """)]
    [InlineData("lmstudio-0.4", CallShape.ArgumentsObject, """
        {"role":"assistant","tool_calls":[{"index":0,"id":"N","type":"function","function":{"name":"read_file","arguments":
            {"path":"src/A.cs"}}}]}
        {} tool_calls
        """)]
    public async Task Streamed(string profile, CallShape shape, string expected)
    {
        await using var simulator = await StartAsync(profile, ModelReply.Call("read_file", Arguments, shape));
        var (_, body) = await Ask.PostAsync(simulator, "/v1/chat/completions", Question(simulator, stream: true));
        var lines = new List<string>();
        foreach (var choice in Chunks(body).Select(chunk => chunk["choices"]![0]!))
        {
            if (choice["delta"]!["tool_calls"] is JsonArray { Count: 1 } calls && calls[0]!["id"] is { } id)
            {
                calls[0]!["id"] = id.ToString().Length > 0 ? "N" : "";
            }
            lines.Add((Text(choice["delta"]!) + " " + choice["finish_reason"]).Trim());
        }
        // The fragments between the first one and the end add nothing to the comparison.
        var middle = lines.FindIndex(line => line.Contains("""{"arguments":"{\""}""", StringComparison.Ordinal));
        if (middle >= 0)
        {
            lines = [.. lines[..(middle + 1)], "…", lines[^1]];
        }
        Assert.Equal(WireShape.Unwrap(expected).Split('\n'), lines);
    }

    [Theory]
    [InlineData(CallShape.HermesText, "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\":\"src/A.cs\"}}\n</tool_call>")]
    [InlineData(CallShape.HermesMalformed, "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\":\"src/A.cs,\n</tool_call>")]
    [InlineData(CallShape.XmlText,
        "<tool_call>\n<function=read_file>\n<parameter=path>\nsrc/A.cs\n</parameter>\n</function>\n</tool_call>")]
    [InlineData(CallShape.FencedJson, "```json\n{\"name\": \"read_file\", \"arguments\": {\"path\":\"src/A.cs\"}}\n```")]
    [InlineData(CallShape.BareObject, "{\"name\": \"read_file\", \"arguments\": {\"path\":\"src/A.cs\"}}")]
    [InlineData(CallShape.ToolRequest, "[TOOL_REQUEST]{\"name\": \"read_file\", \"arguments\": {\"path\":\"src/A.cs\"}}[END_TOOL_REQUEST]")]
    [InlineData(CallShape.Harmony,
        "<|start|>assistant<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{\"path\":\"src/A.cs\"}<|call|>")]
    [InlineData(CallShape.Pythonic, "[read_file(path=\"src/A.cs\")]")]
    public async Task As_text(CallShape shape, string text)
    {
        await using var simulator = await StartAsync("lmstudio-0.4", ModelReply.Call("read_file", Arguments, shape));
        var (_, body) = await Ask.PostAsync(simulator, "/v1/chat/completions", Question(simulator));
        var choice = JsonNode.Parse(body)!["choices"]![0]!;
        Assert.Equal((text, "stop"), (choice["message"]!["content"]!.ToString(), choice["finish_reason"]!.ToString()));
    }

    /// <summary>Two calls get their own indices, unless the shape says otherwise.</summary>
    [Theory]
    [InlineData(CallShape.OneShot, "0 1")]
    [InlineData(CallShape.IndexZero, "0 0")]
    public async Task Two_calls(CallShape shape, string indices)
    {
        await using var simulator = await StartAsync("ollama", new ModelReply { Calls = [new("a", "{}"), new("b", "{}")], Shape = shape });
        var (_, body) = await Ask.PostAsync(simulator, "/v1/chat/completions", Question(simulator, stream: true));
        var calls = Chunks(body).SelectMany(chunk => chunk["choices"]![0]!["delta"]!["tool_calls"] as JsonArray ?? []);
        Assert.Equal(indices, string.Join(' ', calls.Select(call => call!["index"])));
    }

    /// <summary>The model answers after a tool's result; a reply without a stream holds whole calls.</summary>
    [Fact]
    public async Task A_round_of_tools()
    {
        await using var simulator = await StartAsync("lmstudio-0.4", ModelReply.Call("read_file", Arguments));
        var question = Question(simulator);
        var message = JsonNode.Parse((await Ask.PostAsync(simulator, "/v1/chat/completions", question)).Body)!["choices"]![0]!["message"]!;
        Assert.Null(message["content"]);
        Assert.Equal(Arguments, message["tool_calls"]![0]!["function"]!["arguments"]!.ToString());
        question["messages"]!.AsArray().Add(new JsonObject { ["role"] = "tool", ["content"] = "class A;", ["tool_call_id"] = "1" });
        Assert.Contains(
            "How can I assist", (await Ask.PostAsync(simulator, "/v1/chat/completions", question)).Body, StringComparison.Ordinal);
    }

    /// <summary>A server that enforces a schema sends the scripted reply in its form; other servers send it unchanged.</summary>
    [Theory]
    [InlineData("llamacpp", """{"tool":"read_file","arguments":{"path":"src/A.cs"}}""")]
    [InlineData("lmstudio-0.4", """{"tool":"read_file","arguments":{"path":"src/A.cs"}}""")]
    [InlineData("ollama", """{"tool":"read_file","arguments":{"path":"src/A.cs"}}""")]
    [InlineData("mlx-0.32.2", "{\"name\": \"read_file\", \"arguments\": {\"path\":\"src/A.cs\"}}")]
    public Task A_call_by_schema(string profile, string text) => CheckSchema(profile, ModelReply.Call("read_file", Arguments), text);

    [Theory]
    [InlineData("llamacpp", """{"answer":"It is a class."}""")]
    [InlineData("mlx-0.32.2", "It is a class.")]
    public Task An_answer_by_schema(string profile, string text) => CheckSchema(profile, new ModelReply("It is a class."), text);

    [Theory]
    [InlineData("lmstudio-0.4", "reasoning_content")]
    [InlineData("mlx-0.32.2", "reasoning")]
    [InlineData("mlx-0.28", null)]
    [InlineData("vllm", "reasoning")]
    public async Task Thoughts(string profile, string? name)
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Profile = profile, Reasoning = "Hm.", ChatReply = "Yes." });
        var (_, body) = await Ask.PostAsync(simulator, "/v1/chat/completions", Question(simulator));
        var message = JsonNode.Parse(body)!["choices"]![0]!["message"]!;
        Assert.Equal(name is null ? "<think>Hm.</think>Yes." : "Yes.", message["content"]!.ToString());
        Assert.Equal(name is null ? null : "Hm.", message[name ?? "reasoning"]?.ToString());
    }

    private static async Task CheckSchema(string profile, ModelReply reply, string text)
    {
        await using var simulator = await StartAsync(profile, reply);
        var question = Question(simulator);
        question.Remove("tools");
        question["response_format"] = JsonNode.Parse("""
            {"type":"json_schema","json_schema":{"name":"step","schema":{"anyOf":[
              {"type":"object","properties":{"tool":{"const":"read_file"},"arguments":{"type":"object","properties":
                {"path":{"type":"string"}}}}},
              {"type":"object","properties":{"answer":{"type":"string"}}}]}}}
            """);
        var choice = JsonNode.Parse((await Ask.PostAsync(simulator, "/v1/chat/completions", question)).Body)!["choices"]![0]!;
        Assert.Equal(text, choice["message"]!["content"]!.ToString());
    }

    private static Task<Simulator> StartAsync(string profile, ModelReply reply) =>
        Simulator.StartAsync(new SimulatorOptions { Profile = profile, ToolReply = reply, ChatReply = "How can I assist?" });

    private static JsonObject Question(Simulator simulator, bool stream = false) => new()
    {
        ["model"] = simulator.Options.Profile switch
        {
            "ollama" => "qwen2.5-coder:7b",
            "vllm" => "Qwen/Qwen2.5-Coder-7B-Instruct",
            _ => "default_model",
        },
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "What is in src/A.cs?" }),
        ["tools"] = JsonNode.Parse("""
            [{"type":"function","function":
                {"name":"read_file","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}}]
            """),
        ["stream"] = stream,
    };

    private static IEnumerable<JsonNode> Chunks(string body) => body.Split('\n')
        .Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line[6..])!)
        .Where(chunk => chunk["choices"] is JsonArray { Count: > 0 });

    private static string Text(JsonNode node) => node.ToJsonString(new System.Text.Json.JsonSerializerOptions
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
