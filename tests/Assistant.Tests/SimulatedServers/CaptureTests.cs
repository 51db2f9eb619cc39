using System.Text;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>
/// Compares the simulator with the replies of real servers, mlx_lm.server 0.32.2 and llama-server v0.5.0: status, headers, framing, keys
/// and their order. The captures hold replies only; the requests are rebuilt from their names and from the replies.
/// </summary>
public sealed class CaptureTests
{
    private const string Ask = """{"role":"user","content":"Hello"}""";
    private const string Fim = "<|fim_prefix|>static class Text\\n{\\n    static string Reverse(string value)\\n    {\\n        "
        + "<|fim_suffix|>\\n    }\\n}\\n<|fim_middle|>";
    private const string Hole = "return new string(value.Reverse().ToArray());\n    }\n}\n```\n\nThis code defines a class.";
    private const string Properties = "        X = 10;\n        Y = 20;\n    }\n}\n\nclass B extends A\n{\n    public int Z;\n}\n";

    /// <summary>Name of the capture, path, body (null for a GET), and the scripted answer (null for the default answer).</summary>
    public static TheoryData<string, string, string?, string?> Both => new()
    {
        { "health", "/health", null, null },
        { "slots", "/slots", null, null },
        { "unknown", "/nope", null, null },
        { "api-v0-models", "/api/v0/models", null, null },
        { "embeddings", "/v1/embeddings", """{"input":"a"}""", null },
        { "chat", "/v1/chat/completions", Chat("\"max_tokens\":5"), null },
        { "chat-length", "/v1/chat/completions", Chat("\"max_tokens\":8"), null },
        { "chat-stream", "/v1/chat/completions", Chat("\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
            null },
        { "chat-stream-again", "/v1/chat/completions", Chat("\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
            null },
        { "chat-stream-no-usage", "/v1/chat/completions", Chat("\"stream\":true"), null },
        { "stream-options-empty", "/v1/chat/completions", Chat("\"max_tokens\":8,\"stream\":true,\"stream_options\":{}"), null },
        { "error-developer-role", "/v1/chat/completions", """{"messages":[{"role":"developer","content":"Be brief."}],"max_tokens":8}""",
            null },
        { "error-image", "/v1/chat/completions",
            """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}]}""", null },
        { "error-json", "/v1/chat/completions", "{\"a\":1,\n", null },
        { "error-no-messages", "/v1/chat/completions", """{"max_tokens":8}""", null },
        { "error-null-max-tokens", "/v1/chat/completions", Chat("\"max_tokens\":null"), null },
        { "seed", "/v1/chat/completions", Chat("\"max_tokens\":8,\"seed\":1"), null },
        { "penalty-alone", "/v1/chat/completions", Chat("\"max_tokens\":8,\"frequency_penalty\":0.5"), null },
        { "system-twice", "/v1/chat/completions",
            """{"messages":[{"role":"system","content":"a"},{"role":"system","content":"b"}],"max_tokens":8}""", null },
        { "stop-empty", "/v1/chat/completions", Chat("\"max_tokens\":8,\"stop\":[\"\"]"), null },
        { "stop-five", "/v1/chat/completions", Chat("\"max_tokens\":8,\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"), null },
        { "stop-not-a-string", "/v1/chat/completions", Chat("\"stop\":[5]"), null },
        { "tool-arguments-broken-history", "/v1/chat/completions",
            """{"messages":[{"role":"assistant","content":"","tool_calls":[{"id":"1","type":"function","function":"""
                + """{"name":"f","arguments":"{\"path\": "}}]}]}""", null },
        { "fim", "/v1/completions", Complete("\"max_tokens\":9"), Hole },
        { "fim-one-token", "/v1/completions", Complete("\"max_tokens\":1"), Hole },
        { "fim-suffix-field", "/v1/completions", """{"prompt":"int Add(int a, int b) => ","suffix":";","max_tokens":4}""",
            "a + b; // Method to add" },
        { "fim-stream", "/v1/completions", Complete("\"max_tokens\":9,\"stream\":true,\"stream_options\":{\"include_usage\":true}"), Hole },
        { "completion-with-tool-tag", "/v1/completions", Complete("\"max_tokens\":9"), "" },
        { "after-hang-up", "/v1/chat/completions", Chat("\"max_tokens\":8"), null },
        { "tool-choice-object", "/v1/chat/completions",
            Chat(Tools + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"read_file\"}}"), "Parser is a tool." },
        { "tool-call-without-tools", "/v1/chat/completions", Chat("\"max_tokens\":60"), Bare },
        { "json-schema", "/v1/chat/completions",
            Chat("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":"
                + "{\"type\":\"object\",\"properties\":{\"yes\":{\"type\":\"boolean\"}}}}}"), null },
    };

    [Theory]
    [MemberData(nameof(Both))]
    public Task Llama_server_answers_as_the_real_one(string capture, string path, string? body, string? answer) =>
        Check("llamacpp", "llama-server-0.5.0", capture, path, body, answer);

    [Theory]
    [MemberData(nameof(Both))]
    public Task Mlx_answers_as_the_real_one(string capture, string path, string? body, string? answer) =>
        Check("mlx-0.32.2", "mlx_lm.server-0.32.2", capture, path, body, answer);

    [Theory]
    [InlineData("models", "/v1/models", null, null)]
    [InlineData("unknown-model", "/v1/chat/completions",
        """{"model":"nope","messages":[{"role":"user","content":"Hello"}],"max_tokens":8}""", null)]
    [InlineData("temperature-null", "/v1/chat/completions",
        """{"messages":[{"role":"user","content":"Hello"}],"max_tokens":8,"temperature":null}""", null)]
    [InlineData("completion-leading-space", "/v1/completions", """{"prompt":"return a","max_tokens":5}""", " + b;\n} \n```")]
    [InlineData("fim-stop-newline-stream", "/v1/completions", Newline + ",\"stream_options\":{\"include_usage\":true}}", Hole)]
    [InlineData("fim-stop-blank-line-stream", "/v1/completions", BlankLine + ",\"stream_options\":{\"include_usage\":true}}", Properties)]
    [InlineData("tools", "/v1/chat/completions", Offering + "}", null)]
    [InlineData("tools-stream", "/v1/chat/completions", Offering + Streaming + "}", null)]
    [InlineData("tools-two-stream", "/v1/chat/completions", Offering + ",\"stream\":true}", Fenced)]
    [InlineData("tools-round-two-stream", "/v1/chat/completions", Offering + ",\"stream\":true}", Bare)]
    public Task Llama_server_alone(string capture, string path, string? body, string? answer) =>
        Check("llamacpp", "llama-server-0.5.0", capture, path, body, answer);

    [Theory]
    [InlineData("props", "/props", null, null)]
    // The capture's name speaks of the temperature, its reply of top_p: both may have been null.
    [InlineData("temperature-null", "/v1/chat/completions", """{"messages":[{"role":"user","content":"Hello"}],"top_p":null}""", null)]
    [InlineData("completion-leading-space", "/v1/completions", """{"prompt":"return a"}""", " + b;\n}")]
    [InlineData("fim-stop-newline-stream", "/v1/completions", Newline + ",\"max_tokens\":12}", Hole)]
    [InlineData("fim-stop-blank-line-stream", "/v1/completions", BlankLine + ",\"max_tokens\":12}", Properties)]
    [InlineData("tools", "/v1/chat/completions", Offering + ",\"max_tokens\":5}", null)]
    [InlineData("tools-stream", "/v1/chat/completions", Offering + Streaming + ",\"max_tokens\":5}", null)]
    [InlineData("tools-two-stream", "/v1/chat/completions", Offering + ",\"stream\":true}", Fenced)]
    [InlineData("tools-round-two-stream", "/v1/chat/completions", Offering + ",\"stream\":true,\"max_tokens\":5}", Bare)]
    public Task Mlx_alone(string capture, string path, string? body, string? answer) =>
        Check("mlx-0.32.2", "mlx_lm.server-0.32.2", capture, path, body, answer);

    /// <summary>The captures hold no real call: their model did not write one in the form of its template.</summary>
    [Theory]
    [InlineData(CallShape.FencedJson, "tool-call-as-fenced-json-stream")]
    [InlineData(CallShape.Malformed, "tool-call-parse-error-stream")]
    public async Task Llama_server_with_calls_in_an_unknown_form(CallShape shape, string capture)
    {
        var reply = ModelReply.Call("read_file", """{"path":"src/A.cs"}""", shape);
        await Check("llamacpp", "llama-server-0.5.0", capture, "/v1/chat/completions",
            Chat(Tools + Streaming), null, options => options with { ToolReply = reply });
    }

    [Theory]
    [InlineData("models-loaded", "GET /v1/models")]
    [InlineData("props", "GET /props")]
    [InlineData("slots", "GET /slots")]
    [InlineData("load-again", "POST /models/load", """{"model":"coder-a"}""")]
    [InlineData("load", "POST /models/load", """{"model":"coder-b"}""")]
    [InlineData("load-unknown", "POST /models/load", """{"model":"nope"}""")]
    [InlineData("unload", "POST /models/unload", """{"model":"coder-a"}""")]
    [InlineData("unload-again", "POST /models/unload", """{"model":"coder-b"}""")]
    [InlineData("no-model", "POST /v1/chat/completions", """{"messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData("unknown-model", "POST /v1/chat/completions", """{"model":"nope","messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData("first-use", "POST /v1/chat/completions",
        """{"model":"coder-b","max_tokens":5,"messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData("b-swaps-a-out", "POST /v1/chat/completions",
        """{"model":"coder-b","max_tokens":5,"messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData("stream-a-while-b-is-asked", "POST /v1/chat/completions",
        """{"model":"coder-a","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""")]
    public Task The_router_of_llama_server(string capture, string route, string? body = null) => Check(
        "llamacpp-router", "llama-server-0.5.0-router", capture, route.Split(' ')[1], body, null,
        options => options with
        {
            Models =
            [
                new SimulatedModel("coder-a", "qwen") { ContextTokens = 4096 },
                new SimulatedModel("coder-b", "qwen") { Loaded = false },
            ],
        });

    [Fact]
    public Task Llama_server_reports_a_prompt_that_is_too_long() =>
        Check("llamacpp", "llama-server-0.5.0", "overflow-stream", "/v1/completions",
        $$"""{"prompt":"{{string.Concat(Enumerable.Repeat("word ", 5000))}}","stream":true}""", null);

    [Fact]
    public Task Llama_server_breaks_off_a_stream() =>
        Check("llamacpp", "llama-server-0.5.0", "tool-call-parse-error-stream", "/v1/chat/completions",
        Chat("\"stream\":true"), null, options => options with { Fault = Fault.ErrorInStream, FaultAfterTokens = 0 });

    [Fact]
    public Task Mlx_without_a_hub_folder_lists_nothing() => Check("mlx-0.32.2", "mlx_lm.server-0.32.2", "models", "/v1/models", null, null,
        options => options with { Fault = Fault.EmptyModelList });

    [Fact]
    public Task Mlx_reports_a_dead_thread() => Check("mlx-0.32.2", "mlx_lm.server-0.32.2", "health-after-death", "/health", null, null,
        options => options with { Fault = Fault.DeadGenerationThread });

    /// <summary>The error text comes from the model hub and differs with the network.</summary>
    [Fact]
    public Task Mlx_does_not_find_a_model() => Check("mlx-0.32.2", "mlx_lm.server-0.32.2", "unknown-model", "/v1/chat/completions",
        """{"model":"nope","messages":[{"role":"user","content":"Hello"}]}""", null, withErrorText: false);

    [Theory]
    [InlineData("llamacpp", "llama-server-0.5.0")]
    [InlineData("mlx-0.32.2", "mlx_lm.server-0.32.2")]
    public Task Chunked_bodies(string profile, string folder) =>
        Check(profile, folder, "error-chunked", "/v1/chat/completions", Chat("\"max_tokens\":8"), null, chunked: true);

    [Fact]
    public async Task Llama_server_sends_a_comment_during_a_long_prefill()
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Profile = "llamacpp", HoldPrefill = true, KeepaliveEvery = TimeSpan.FromMilliseconds(1) });
        var body = Chat("\"max_tokens\":8" + Streaming);
        var asking = RawReply.AskAsync(simulator.BaseUrl, Request("/v1/chat/completions", body, close: false, chunked: false));
        var request = await simulator.Log.CompletionAsync(0);
        await simulator.Log.WhenAsync(() => request.Status == 200);
        simulator.Release();
        Assert.Equal(WireShape.Of(Capture("llama-server-0.5.0", "long-prefill-stream")), WireShape.Of(await asking));
    }

    /// <summary>Compares the reply up to the hang-up; <see cref="EngineTests"/> cover the end of the generation.</summary>
    [Theory]
    [InlineData("llamacpp", "llama-server-0.5.0")]
    [InlineData("mlx-0.32.2", "mlx_lm.server-0.32.2")]
    public async Task A_stream_up_to_a_hang_up(string profile, string folder)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = profile, HoldAfterTokens = 5 });
        var asking = RawReply.AskAsync(
            simulator.BaseUrl, Request("/v1/chat/completions", Chat("\"stream\":true"), close: true, chunked: false));
        await (await simulator.Log.CompletionAsync(0)).SentAsync(5);
        await simulator.KillAsync();
        Assert.Equal(WireShape.Of(Capture(folder, "hang-up-in-stream")), WireShape.Of(await asking));
    }

    [Fact]
    public async Task Props_keep_the_real_order_of_keys()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "llamacpp" });
        var real = Keys(Capture("llama-server-0.5.0", "props"));
        var simulated = Keys(await RawReply.AskAsync(simulator.BaseUrl, Request("/props", null, close: false, chunked: false)));
        Assert.Equal(real.Where(simulated.Contains), simulated);

        static List<string> Keys(RawReply reply) =>
            [.. System.Text.Json.Nodes.JsonNode.Parse(reply.Body)!.AsObject().Select(property => property.Key)];
    }

    [Fact]
    public void The_comparison_sees_headers_keys_order_spaces_and_framing()
    {
        var capture = File.ReadAllText(Repository.Fixture("captures/mlx_lm.server-0.32.2/fim-stop-newline-stream.http"));
        string[] changed =
        [
            capture.Replace("HTTP/1.0", "HTTP/1.1", StringComparison.Ordinal),
            capture.Replace("Cache-Control: no-cache\r\n", "", StringComparison.Ordinal),
            capture.Replace("\"index\": 0, \"finish_reason\": null", "\"finish_reason\": null, \"index\": 0", StringComparison.Ordinal),
            capture.Replace("\": ", "\":", StringComparison.Ordinal),
            capture.Replace("\"length\"", "\"stop\"", StringComparison.Ordinal),
            capture.Replace("data: [DONE]", "", StringComparison.Ordinal),
            capture.Replace(": keepalive", "", StringComparison.Ordinal),
        ];
        var shape = Shape(capture);
        Assert.All(changed, other => Assert.NotEqual(shape, Shape(other)));
        Assert.Equal(shape, Shape(capture.Replace("reverse", "", StringComparison.Ordinal)));

        static string Shape(string reply) => WireShape.Of(RawReply.Parse(Encoding.UTF8.GetBytes(reply)));
    }

    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"read_file","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}}]
        """;

    private const string Offering = "{\"messages\":[" + Ask + "]," + Tools;

    private const string Streaming = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";

    private const string Fenced = $"```json\n{Bare}\n```";

    private const string Bare = "{\"name\": \"read_file\", \"arguments\": {\"path\": \"src/A.cs\"}}";

    private const string Newline = "{\"prompt\":\"" + Fim + "\",\"stream\":true,\"stop\":[\"\\n\"]";
    private const string BlankLine = "{\"prompt\":\"" + Fim + "\",\"stream\":true,\"stop\":[\"\\n\\n\"]";

    private static string Chat(string rest) => $$"""{"messages":[{{Ask}}],{{rest}}}""";

    private static string Complete(string rest) => $$"""{"prompt":"{{Fim}}",{{rest}}}""";

    private static RawReply Capture(string folder, string name) =>
        RawReply.Parse(File.ReadAllBytes(Repository.Fixture($"captures/{folder}/{name}.http")));

    private static async Task Check(
        string profile, string folder, string capture, string path, string? body, string? answer,
        Func<SimulatorOptions, SimulatorOptions>? change = null, bool withErrorText = true, bool chunked = false)
    {
        var real = Capture(folder, capture);
        var options = new SimulatorOptions { Profile = profile };
        await using var simulator = await Simulator.StartAsync(change is null ? options : change(options));
        if (answer is not null)
        {
            simulator.Brain.Enqueue(answer);
        }
        // Some captures come from a client that asked for the connection to be closed.
        var close = real.Status.EndsWith("200 OK", StringComparison.Ordinal) && real.Headers.Contains("Connection: close");
        var simulated = await RawReply.AskAsync(simulator.BaseUrl, Request(path, body, close, chunked));
        Assert.Equal(WireShape.Of(real, withErrorText), WireShape.Of(simulated, withErrorText));
    }

    private static string Request(string path, string? body, bool close, bool chunked)
    {
        var head = $"{(body is null ? "GET" : "POST")} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{(close ? "Connection: close\r\n" : "")}";
        return (body, chunked) switch
        {
            (null, _) => head + "\r\n",
            (_, true) => head + "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
                + $"{Encoding.UTF8.GetByteCount(body):x}\r\n{body}\r\n0\r\n\r\n",
            _ => head + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}",
        };
    }
}
