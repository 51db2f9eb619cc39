using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assistant.ModelServers;
using Assistant.ModelServers.Dialects;
using Assistant.Settings;

namespace Assistant.Tests.ModelServers.Dialects;

public sealed class DialectTests
{
    private const string Everything =
        """
        {"model":"m","prompt":"p","suffix":"s","stream":true,"stream_options":{},"seed":1,"presence_penalty":1,"logit_bias":{},"top_p":null,
         "stop":["","\n","<|endoftext|>","//","[SUFFIX]","<EOT>"],"grammar":"g","cache_prompt":true,"max_completion_tokens":7,
         "reasoning_effort":"none","tool_choice":"auto","parallel_tool_calls":true}
        """;

    [Theory]
    [InlineData(EndpointKind.Mlx,
        """
        {"model":"m","prompt":"p","stream":true,"max_tokens":7,"stream_options":{"include_usage":true},
         "stop":["<|endoftext|>","[SUFFIX]","<EOT>"],"chat_template_kwargs":{"enable_thinking":false}}
        """)]
    [InlineData(EndpointKind.LlamaCpp,
        """
        {"model":"m","prompt":"p","stream":true,"seed":1,"presence_penalty":1,"logit_bias":{},"grammar":"g","cache_prompt":true,
         "max_tokens":7,"stop":["\n","<|endoftext|>","//","[SUFFIX]"],"stream_options":{"include_usage":true},
         "chat_template_kwargs":{"enable_thinking":false}}
        """)]
    [InlineData(EndpointKind.LmStudio,
        """
        {"model":"m","prompt":"p","stream":true,"seed":1,"presence_penalty":1,"logit_bias":{},"reasoning_effort":"none","max_tokens":7,
         "stop":["\n","<|endoftext|>","//","[SUFFIX]"],"stream_options":{"include_usage":true}}
        """)]
    [InlineData(EndpointKind.OpenAi,
        """
        {"model":"m","prompt":"p","stream":true,"seed":1,"presence_penalty":1,"logit_bias":{},"max_tokens":7,
         "stop":["\n","<|endoftext|>","//","[SUFFIX]"],"stream_options":{"include_usage":true}}
        """)]
    public async Task A_completion_has_the_servers_form(EndpointKind kind, string expected) =>
        await CheckRequestAsync(kind, Everything, expected);

    // At Ollama's own path: /v1/completions would put the text into the chat template.
    [Fact]
    public async Task Ollama_gets_raw_text_at_its_own_path() => await CheckRequestAsync(
        EndpointKind.Ollama,
        Everything,
        """
        {"model":"m","prompt":"p","stream":true,"raw":true,"options":{"num_predict":7,"stop":["\n","<|endoftext|>","//","[SUFFIX]"],
         "seed":1}}
        """,
        asked: "http://127.0.0.1:1/api/generate");

    private const string Chat =
        """
        {"model":"m","stream":false,"max_tokens":9,"temperature":0.5,"frequency_penalty":0.1,"reasoning_effort":"low",
         "parallel_tool_calls":false,
         "messages":[{"role":"developer","content":"d"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function",
          "function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"r"}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string",
          "default":null}}}}}],
         "tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_object"}}
        """;

    private const string ChatKept =
        """
        "model":"m","stream":false,
        "messages":[{"role":"system","content":"d"},{"role":"assistant","content":"","tool_calls":[{"id":"1","type":"function",
         "function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"r"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]
        """;

    [Theory]
    [InlineData(EndpointKind.Mlx, """ "max_tokens":9,"temperature":0.5,"chat_template_kwargs":{"reasoning_effort":"low"} """)]
    [InlineData(EndpointKind.LmStudio,
        """
        "max_tokens":9,"temperature":0.5,"frequency_penalty":0.1,"reasoning_effort":"low","tool_choice":"required",
        "response_format":{"type":"json_schema","json_schema":{"name":"object","schema":{"type":"object"}}}
        """)]
    [InlineData(EndpointKind.LlamaCpp,
        """
        "max_tokens":9,"temperature":0.5,"frequency_penalty":0.1,"cache_prompt":true,"parallel_tool_calls":false,
        "tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_object"},
        "chat_template_kwargs":{"reasoning_effort":"low"}
        """)]
    [InlineData(EndpointKind.Ollama,
        """
        "max_tokens":9,"temperature":0.5,"frequency_penalty":0.1,"reasoning_effort":"low","response_format":{"type":"json_object"}
        """)]
    [InlineData(EndpointKind.OpenAi,
        """
        "max_tokens":9,"temperature":0.5,"frequency_penalty":0.1,"parallel_tool_calls":false,
        "tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_object"}
        """)]
    public async Task A_chat_has_the_servers_form(EndpointKind kind, string rest) =>
        await CheckRequestAsync(kind, Chat, $"{{{ChatKept},{rest}}}", "http://127.0.0.1:1/v1/chat/completions");

    [Theory]
    [InlineData("https://api.openai.com/v1/", "gpt-4.1", """{"model":"gpt-4.1","max_completion_tokens":9,"temperature":0,"messages":[]}""")]
    [InlineData("https://api.openai.com/v1/", "gpt-5-mini",
        """{"model":"gpt-5-mini","max_completion_tokens":9,"reasoning_effort":"low","messages":[]}""")]
    [InlineData("https://cloud.example/v1/", "openai/gpt-5-mini",
        """{"model":"openai/gpt-5-mini","max_tokens":9,"reasoning_effort":"low","messages":[]}""")]
    public async Task OpenAI_gets_the_newer_names(string url, string model, string expected) => await CheckRequestAsync(
        EndpointKind.OpenAi,
        $$"""{"model":"{{model}}","max_tokens":9,"temperature":0,"reasoning_effort":"low","messages":[]}""",
        expected,
        url + "chat/completions");

    [Fact]
    public async Task Vectors_are_requested_as_numbers() => await CheckRequestAsync(
        EndpointKind.LmStudio,
        """{"model":"m","input":["a","b"],"encoding_format":"base64","user":null}""",
        """{"model":"m","input":["a","b"]}""",
        "http://127.0.0.1:1/v1/embeddings");

    [Fact]
    public async Task A_chat_without_a_limit_gets_2048_tokens() => await CheckRequestAsync(
        EndpointKind.LmStudio,
        """{"model":"m","messages":[]}""",
        """{"model":"m","max_tokens":2048,"messages":[]}""",
        "http://127.0.0.1:1/v1/chat/completions");

    [Fact]
    public async Task A_completion_without_a_limit_gets_256_tokens() => await CheckRequestAsync(
        EndpointKind.LmStudio, """{"model":"m","stop":"\n\n"}""", """{"model":"m","max_tokens":256,"stop":["\n\n"]}""");

    [Theory]
    // Errors as string, as object, at 200, as an event, in the middle of a stream.
    [InlineData(400, "application/json", """{"error":"'messages' field is required"}""", ModelFault.Refused,
        "'messages' field is required")]
    [InlineData(400, "application/json", """{"error":{"message":"Invalid model identifier \"x\".","code":"model_not_found"}}""",
        ModelFault.ModelNotFound, "Invalid model identifier \"x\".")]
    [InlineData(200, "application/json", """{"error":"Unexpected endpoint or method. (POST /completions)"}""", ModelFault.UnexpectedServer,
        "Unexpected endpoint or method")]
    [InlineData(200, "text/event-stream", "event: error\ndata: {\"error\":{\"message\":\"Model unloaded\"}}\n\n", ModelFault.NoModelLoaded,
        "Model unloaded")]
    [InlineData(200, "text/event-stream",
        "data: {\"choices\":[{\"text\":\"a\"}]}\n\ndata: {\"error\":{\"code\":500,\"message\":\"peg-native\"}}\n\n", ModelFault.Refused,
        "peg-native")]
    [InlineData(200, "text/event-stream", "data: {\"choices\":[{\"text\":\"a\"}]}\n\n", ModelFault.CutShort, "CutShort")]
    [InlineData(200, "text/event-stream", "", ModelFault.CutShort, "CutShort")]
    [InlineData(200, "text/event-stream", "data: <html>\n\n", ModelFault.UnexpectedServer, "UnexpectedServer")]
    [InlineData(200, "text/html", "<html>It works!</html>", ModelFault.UnexpectedServer, "UnexpectedServer")]
    [InlineData(404, "application/json", "Not Found", ModelFault.Refused, "Not Found")]
    [InlineData(404, "application/json", """{"error": "generation thread died"}""", ModelFault.GeneratorDied, "generation thread died")]
    [InlineData(404, "application/json", """{"error": "… we cannot find the appropriate snapshot folder for the specified revision …"}""",
        ModelFault.ModelNotFound, "snapshot folder")]
    [InlineData(401, "application/json",
        """{"error":{"type":"invalid_request","code":"invalid_api_key","message":"An LM Studio API token is required"}}""",
        ModelFault.Unauthorized, "token is required")]
    [InlineData(503, "application/json", """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""",
        ModelFault.Loading, "Loading model")]
    [InlineData(503, "text/plain", "server busy, please try again.  maximum pending requests exceeded", ModelFault.Busy, "server busy")]
    [InlineData(400, "application/json",
        """{"error":{"message":"Failed to load model \"qwen/qwen3-coder-30b\". Error: Operation canceled.","code":"model_not_found"}}""",
        ModelFault.LoadFailed, "Operation canceled")]
    [InlineData(400, "application/json",
        """{"error":{"code":400,"message":"request (54029 tokens) exceeds the available context size (4096 tokens), """
            + """try increasing it","type":"exceed_context_size_error"}}""",
        ModelFault.ContextOverflow, "54029")]
    [InlineData(400, "application/json", """{"error":"Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)"}""",
        ModelFault.ContextOverflow, "n_keep (15028)")]
    [InlineData(500, "text/plain", "", ModelFault.Refused, "HTTP 500")]
    public async Task A_failure_is_an_exception_that_quotes_the_server(int status, string type, string body, ModelFault fault, string words)
    {
        var failure = await Assert.ThrowsAsync<ModelServerException>(
            () => SendAsync(EndpointKind.LmStudio, """{"stream":true}""", status, type, body));
        Assert.Equal(fault, failure.Fault);
        Assert.Contains(words, failure.Message);
        Assert.NotEmpty(failure.Remedy);
    }

    [Theory]
    [InlineData(": keepalive 0/20\n\ndata: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")]
    // A finish without [DONE] is completed; CRLF and missing spaces are accepted; a null error is no error.
    [InlineData("data:{\"error\":null,\"choices\":[{\"finish_reason\":\"length\"}]}\r\n\r\n",
        "data: {\"error\":null,\"choices\":[{\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n")]
    [InlineData("data:[DONE]\n\n", "data: [DONE]\n\n")]
    public async Task A_stream_is_made_strict(string sent, string expected) =>
        Assert.Equal(expected, await SendAsync(EndpointKind.Mlx, """{"stream":true}""", 200, "text/event-stream", sent));

    private static async Task CheckRequestAsync(
        EndpointKind kind, string request, string expected, string url = "http://127.0.0.1:1/v1/completions", string? asked = null)
    {
        var server = new CannedServer(200, "application/json", "{}");
        using var client = new HttpClient(Dialect.For(kind, EndpointSettings.At("here", new Uri(url)), server));
        await Record.ExceptionAsync(() => client.PostAsync(url, new StringContent(request)));
        Assert.Equal(asked ?? url, server.AskedAt);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(server.Asked!)), server.Asked);
        Assert.NotNull(server.Length);
    }

    [Fact]
    public void A_quoted_message_holds_neither_the_key_nor_control_characters()
    {
        var endpoint = EndpointSettings.At("here", new Uri("http://127.0.0.1:1"), apiKey: "sk-verysecret");
        var failure = ServerErrorParser.ToException(endpoint, 401, """{"error":"got Bearer sk-verysecret\u001b[2J"}""");
        Assert.Equal("here: got Bearer *** [2J", failure.Message);
    }

    private static async Task<string> SendAsync(EndpointKind kind, string request, int status, string type, string body)
    {
        using var client = new HttpClient(
            Dialect.For(kind, EndpointSettings.At("here", new Uri("http://127.0.0.1:1")), new CannedServer(status, type, body)));
        using var message = new HttpRequestMessage(HttpMethod.Post, "http://127.0.0.1:1/v1/completions")
        {
            Content = new StringContent(request),
        };
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Test double: the server below a dialect. It sends one reply and keeps the request.</summary>
    private sealed class CannedServer(int status, string type, string body) : HttpMessageHandler
    {
        public string? Asked { get; private set; }

        public string? AskedAt { get; private set; }

        public long? Length { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = await request.Content!.ReadAsStringAsync(cancellationToken);
            Length = request.Content.Headers.ContentLength;
            AskedAt = request.RequestUri!.AbsoluteUri;
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
        }
    }
}
