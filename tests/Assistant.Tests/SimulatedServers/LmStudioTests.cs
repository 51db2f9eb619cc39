using System.Text.Json.Nodes;
using ModelServerSimulator;

namespace Assistant.Tests.SimulatedServers;

/// <summary>LM Studio's replies according to its documentation and to users' reports; no capture of a real server was available.</summary>
public sealed class LmStudioTests
{
    private static readonly JsonObject Hello = new()
    {
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello" }), ["max_tokens"] = 3,
    };

    [Theory]
    [InlineData("/v1/models",
        """{"data":[{"id":"qwen/qwen3-coder-30b","object":"model","owned_by":"organization_owner"}],"object":"list"}""")]
    [InlineData("/api/v0/models",
        """
        {"data":[{"id":"a","object":"model","type":"llm","publisher":"p","arch":"qwen2","compatibility_type":"gguf",
            "quantization":"Q4_K_M","state":"loaded","max_context_length":32768,"loaded_context_length":4096}],"object":"list"}
        """)]
    [InlineData("/api/v1/models",
        """
        {"models":[{"type":"llm","publisher":"p","key":"a","display_name":"A","architecture":"qwen2",
            "quantization":{"name":"Q4","bits_per_weight":4},"size_bytes":1,"params_string":"7B",
            "loaded_instances":[{"id":"a","config":{"context_length":4096,"parallel":4}}],"max_context_length":32768,"format":"gguf",
            "capabilities":{"vision":false,"trained_for_tool_use":true}}]}
        """)]
    [InlineData("/health", """{"error":"Unexpected endpoint or method. (GET /health)"}""")]
    [InlineData("/v1//models", """{"error":"Unexpected endpoint or method. (GET /v1//models)"}""")]
    public async Task Lists_and_unknown_routes_are_200(string path, string documented)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.4" });
        var (status, body) = await Ask.GetAsync(simulator, path);
        Assert.Equal(200, status);
        Assert.Equal(WithoutTruths(WireShape.Json(WireShape.Unwrap(documented))), WithoutTruths(WireShape.Json(body)));
    }

    [Fact]
    public async Task Version_0_3_does_not_know_the_newer_routes()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.3" });
        Assert.Equal(
            """{"error":"Unexpected endpoint or method. (GET /api/v1/models)"}""", (await Ask.GetAsync(simulator, "/api/v1/models")).Body);
    }

    [Fact]
    public async Task A_chat() => Assert.Equal(
        WireShape.Json(WireShape.Unwrap("""
            {"id":"chatcmpl-i","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                "message":{"role":"assistant","content":"…","tool_calls":[]},"logprobs":null,"finish_reason":"length"}],
                "usage":{"prompt_tokens":24,"completion_tokens":53,"total_tokens":77},"stats":{},"system_fingerprint":"m"}
            """)),
        WireShape.Json((await AskAsync(stream: false)).Body));

    [Fact]
    public async Task A_streamed_chat()
    {
        var reply = await AskAsync(stream: true);
        Assert.Equal(
            [
                "HTTP/1.1 200 OK",
                "X-Powered-By: Express",
                "Content-Type: text/event-stream",
                "Cache-Control: no-cache",
                "Connection: keep-alive",
                "Transfer-Encoding: chunked",
            ],
            [reply.Status, .. reply.Headers]);
        var documented = WireShape.Unwrap("""
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"m",
                "choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"logprobs":null,"finish_reason":null}]}
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"m",
                "choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]}
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"m",
                "choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}
            data: [DONE]
            """);
        Assert.Equal(
            documented.Split('\n').Select(Shape), reply.Body.Split('\n').Where(line => line.Length > 0).Select(Shape).Distinct());

        static string Shape(string line) => line.StartsWith("data: {", StringComparison.Ordinal) ? WireShape.Json(line[6..]) : line;
    }

    /// <summary>A reply that ends at its limit counts one token too few, and never reports cached tokens.</summary>
    [Fact]
    public async Task The_usage_is_one_too_low()
    {
        var usage = JsonNode.Parse((await AskAsync(stream: false)).Body)!["usage"]!;
        Assert.Equal(2, usage["completion_tokens"]!.GetValue<int>());
        Assert.Null(usage["prompt_tokens_details"]);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""",
        "'response_format.type' must be 'json_schema' or 'text'")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"tool_choice":{"type":"function"}}""",
        "Invalid tool_choice type: 'object'. Supported string values: none, auto, required")]
    [InlineData("""{"prompt":"a"}""", "'messages' field is required")]
    public async Task Errors_are_strings(string body, string error)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.4" });
        var (status, reply) = await Ask.PostAsync(simulator, "/v1/chat/completions", JsonNode.Parse(body)!.AsObject());
        Assert.Equal((400, error), (status, JsonNode.Parse(reply)!["error"]!.GetValue<string>()));
    }

    private static async Task<RawReply> AskAsync(bool stream)
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions { Profile = "lmstudio-0.4" });
        var body = Hello.DeepClone();
        if (stream)
        {
            body["stream"] = true;
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }
        var text = body.ToJsonString();
        return await RawReply.AskAsync(simulator.BaseUrl,
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {text.Length}\r\n\r\n{text}");
    }

    private static string WithoutTruths(string shape) =>
        shape.Replace("true", "truth", StringComparison.Ordinal).Replace("false", "truth", StringComparison.Ordinal);
}
