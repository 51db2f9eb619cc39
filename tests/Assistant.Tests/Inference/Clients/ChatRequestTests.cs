using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.Inference.Clients;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Microsoft.Extensions.AI;
using ModelServerSimulator;

namespace Assistant.Tests.Inference.Clients;

/// <summary>Checks the HTTP request that a conversation with its options becomes.</summary>
public sealed class ChatRequestTests
{
    private static readonly ChatMessage Go = new(ChatRole.User, "Go.");

    public static TheoryData<string, ChatMessage[], string> Conversations => new()
    {
        {
            "one system text, first",
            [new(ChatRole.System, "A"), new(ChatRole.System, "B"), Go],
            """[{"role":"system","content":"A\n\nB"},{"role":"user","content":"Go."}]"""
        },
        {
            "no user after a user",
            [Go, new(ChatRole.User, "On."), new(ChatRole.System, "C")],
            """[{"role":"user","content":"Go.\n\nOn.\n\nC"}]"""
        },
        {
            "no empty message",
            [
                Go,
                new(ChatRole.Assistant, [new TextReasoningContent("Hm.")]),
                new(ChatRole.Assistant, "Yes."),
                new(ChatRole.User, ""),
                new(ChatRole.Assistant, "No."),
            ],
            """[{"role":"user","content":"Go."},{"role":"assistant","content":"Yes."},{"role":"assistant","content":"No."}]"""
        },
        {
            "images keep their place",
            [
                new(ChatRole.User,
                [
                    new TextContent("See"),
                    new DataContent(new byte[] { 1, 2, 3 }, "image/png"),
                    new DataContent(new byte[] { 1 }, "audio/wav"),
                ]),
                new(ChatRole.User, "this."),
            ],
            """
            [{"role":"user","content":[{"type":"text","text":"See"},
             {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},{"type":"text","text":"this."}]}]
            """
        },
        {
            "calls and results",
            [
                Go,
                new(ChatRole.Assistant,
                [
                    new TextReasoningContent("Hm."), new TextContent("I "), new TextContent("look."),
                    new FunctionCallContent("1", "f", new Dictionary<string, object?>
                    {
                        ["text"] = "a<b>'é'",
                        ["element"] = JsonElement.Parse("{\"b\": \"<\"}"),
                        ["node"] = new JsonArray(1, "&"),
                        ["none"] = null,
                        ["number"] = 3,
                        ["flag"] = true,
                        ["other"] = new Version(1, 2),
                    }),
                ]),
                new(ChatRole.Tool, [new FunctionResultContent("1", new JsonObject { ["a"] = "<" })]),
                new(ChatRole.Assistant,
                [
                    new FunctionCallContent("2", "f", null) { Exception = new FormatException("no JSON") },
                    new FunctionCallContent("3", "g"),
                ]),
                new(ChatRole.Tool,
                [
                    new FunctionResultContent("2", null) { Exception = new FormatException("no JSON") },
                    new FunctionResultContent("3", JsonElement.Parse("\"é\"")),
                ]),
            ],
            """
            [{"role":"user","content":"Go."},
             {"role":"assistant","content":"I look.","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":
             "{\"text\":\"a<b>'é'\",\"element\":{\"b\":\"<\"},\"node\":[1,\"&\"],
            \"none\":null,\"number\":3,\"flag\":true,\"other\":\"1.2\"}"}}]},
             {"role":"tool","tool_call_id":"1","content":"{\"a\":\"\\u003C\"}"},
             {"role":"assistant","tool_calls":[{"id":"2","type":"function","function":{"name":"f","arguments":"{}"}},
              {"id":"3","type":"function","function":{"name":"g","arguments":"{}"}}],"content":""},
             {"role":"tool","tool_call_id":"2","content":"Error: no JSON"},{"role":"tool","tool_call_id":"3","content":"é"}]
            """
        },
    };

    [Theory, MemberData(nameof(Conversations))]
    public async Task A_conversation_fits_every_chat_template(string name, ChatMessage[] conversation, string expected)
    {
        Assert.NotEmpty(name);
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = "vllm" });
        // The native mode keeps the conversation's calls as calls.
        var options = new ChatOptions
        {
            Tools = [ChatServer.ReadFile],
            AdditionalProperties = new() { [WireOptions.ToolCallMode] = ToolCallMode.Native },
        };
        Check(expected, (await BodyAsync(server, options, conversation))["messages"]);
    }

    [Fact]
    public async Task Instructions_come_before_the_system_text()
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions());
        var options = new ChatOptions { Instructions = "Be brief.", ModelId = "other" };
        var body = await BodyAsync(server, options, [new(ChatRole.System, "A"), Go]);
        Check("""[{"role":"system","content":"Be brief.\n\nA"},{"role":"user","content":"Go."}]""", body["messages"]);
        Check($"\"{server.Route.ModelId}\"", body["model"]);
    }

    [Theory]
    [InlineData("llamacpp", "gpt-oss-20b", """{"cache_prompt":true,"id_slot":2,"chat_template_kwargs":{"reasoning_effort":"low"}}""")]
    [InlineData("llamacpp", "qwen3-8b", """{"cache_prompt":true,"id_slot":2,"chat_template_kwargs":{"enable_thinking":false}}""")]
    [InlineData("vllm", "qwen3-coder-30b", "{}")]
    public async Task Options_are_sent_in_the_servers_dialect(string profile, string model, string own)
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = profile }, model);
        var body = await BodyAsync(server, new ChatOptions
        {
            Temperature = 0.5f,
            TopP = 0.25f,
            Seed = 7,
            StopSequences = ["x"],
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.None },
            AdditionalProperties = new() { [WireOptions.Slot] = 2 },
        }, [Go]);
        foreach (var (name, value) in JsonNode.Parse(own)!.AsObject())
        {
            Check(value!.ToJsonString(), body[name]);
            body.Remove(name);
        }
        body.Remove("messages");
        body.Remove("model");
        Check(
            """
            {"temperature":0.5,"top_p":0.25,"seed":7,"stop":["x"],"max_tokens":4096,"stream":true,"stream_options":{"include_usage":true}}
            """,
            body);
    }

    [Fact]
    public async Task Tools_and_a_schema_are_sent_as_declared()
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions());
        const string Schema = """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a"]}""";
        var body = await BodyAsync(server, new ChatOptions
        {
            Tools = [ChatServer.ReadFile, ChatServer.FindSymbol],
            ToolMode = ChatToolMode.RequireSpecific("find_symbol"),
            AllowMultipleToolCalls = false,
            MaxOutputTokens = 9,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse(Schema)),
            AdditionalProperties = new() { [WireOptions.ToolCallMode] = ToolCallMode.Native },
        }, [Go]);
        Check(
            """
            {"max_tokens":9,"parallel_tool_calls":false,"tool_choice":{"type":"function","function":{"name":"find_symbol"}},
             "tools":[{"type":"function","function":{"name":"find_symbol","description":"Does find_symbol.",
             "parameters":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}}],
             "response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":SCHEMA}}}
            """.Replace("SCHEMA", Schema, StringComparison.Ordinal),
            new JsonObject(((string[])["max_tokens", "parallel_tool_calls", "tool_choice", "tools", "response_format"])
                .Select(name => KeyValuePair.Create(name, body[name]?.DeepClone()))));
    }

    [Fact]
    public async Task In_auto_mode_no_tool_choice_is_sent()
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions());
        var body = await BodyAsync(server, new ChatOptions { Tools = [ChatServer.ReadFile], ToolMode = ChatToolMode.Auto }, [Go]);
        Assert.False(body.ContainsKey("tool_choice"), body.ToJsonString());
        var parameters = body["tools"]![0]!["function"]!["parameters"]!.AsObject();
        Assert.Equal(0, parameters.Count(member => member.Key == "additionalProperties"));
    }

    [Fact]
    public async Task The_prompt_holds_the_schema_if_the_server_cannot_enforce_it()
    {
        await using var server = await ChatServer.StartAsync(new SimulatorOptions { Profile = "mlx-0.32" });
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("{\"type\":\"object\"}")) };
        var body = await BodyAsync(server, options, [Go]);
        Check(
            """
            [{"role":"system","content":"Answer with JSON only, without a fence. It must fit this schema: {\"type\":\"object\"}"},
             {"role":"user","content":"Go."}]
            """,
            body["messages"]);
        Assert.False(body.ContainsKey("response_format"));
    }

    private static async Task<JsonObject> BodyAsync(ChatServer server, ChatOptions options, ChatMessage[] conversation)
    {
        try
        {
            await server.AskAsync(options, conversation);
        }
        catch (ModelServerException)
        {
            // The test checks only the request.
        }
        return JsonNode.Parse(server.Simulator.Log.Completions[^1].Body)!.AsObject();
    }

    private static void Check(string expected, JsonNode? actual)
    {
        var wanted = JsonNode.Parse(expected.ReplaceLineEndings(""));
        Assert.True(JsonNode.DeepEquals(wanted, actual), $"{wanted!.ToJsonString()}\n{actual?.ToJsonString()}");
    }
}
