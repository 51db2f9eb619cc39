using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assistant.Models;
using Assistant.Models.Dialects;
using Assistant.Settings;

namespace Assistant.Tests.Models;

public sealed class DialectTests
{
    private const string Everything =
        """
        {"model":"m","prompt":"p","suffix":"s","stream":true,"stream_options":{},"seed":1,"presence_penalty":1,"logit_bias":{},"top_p":null,
         "stop":["","\n","<|endoftext|>","//","[SUFFIX]","<EOT>"],"grammar":"g","cache_prompt":true,"max_completion_tokens":7,"reasoning_effort":"none"}
        """;

    [Theory]
    [InlineData(EndpointKind.Mlx,
        """{"model":"m","prompt":"p","stream":true,"max_tokens":7,"stream_options":{"include_usage":true},"stop":["<|endoftext|>","[SUFFIX]","<EOT>"],"chat_template_kwargs":{"enable_thinking":false}}""")]
    [InlineData(EndpointKind.LlamaCpp,
        """{"model":"m","prompt":"p","stream":true,"seed":1,"presence_penalty":1,"logit_bias":{},"grammar":"g","cache_prompt":true,"max_tokens":7,"stop":["\n","<|endoftext|>","//","[SUFFIX]"],"stream_options":{"include_usage":true},"chat_template_kwargs":{"enable_thinking":false}}""")]
    [InlineData(EndpointKind.LmStudio,
        """{"model":"m","prompt":"p","stream":true,"seed":1,"presence_penalty":1,"logit_bias":{},"reasoning_effort":"none","max_tokens":7,"stop":["\n","<|endoftext|>","//","[SUFFIX]"],"stream_options":{"include_usage":true}}""")]
    [InlineData(EndpointKind.OpenAi,
        """{"model":"m","prompt":"p","stream":true,"seed":1,"presence_penalty":1,"logit_bias":{},"max_tokens":7,"stop":["\n","<|endoftext|>","//","[SUFFIX]"],"stream_options":{"include_usage":true}}""")]
    public async Task A_request_is_what_the_server_takes(EndpointKind kind, string expected) => await CheckRequestAsync(kind, Everything, expected);

    [Fact]
    public async Task Without_a_limit_there_is_one() => await CheckRequestAsync(
        EndpointKind.LmStudio, """{"model":"m","stop":"\n\n"}""", """{"model":"m","max_tokens":256,"stop":["\n\n"]}""");

    [Theory]
    // Errors as string, as object, at 200, as an event, in mid-stream.
    [InlineData(400, "application/json", """{"error":"'messages' field is required"}""", ModelFault.Refused, "'messages' field is required")]
    [InlineData(400, "application/json", """{"error":{"message":"Invalid model identifier \"x\".","code":"model_not_found"}}""", ModelFault.ModelNotFound, "Invalid model identifier \"x\".")]
    [InlineData(200, "application/json", """{"error":"Unexpected endpoint or method. (POST /completions)"}""", ModelFault.Refused, "Unexpected endpoint or method")]
    [InlineData(200, "text/event-stream", "event: error\ndata: {\"error\":{\"message\":\"Model unloaded\"}}\n\n", ModelFault.NoModelLoaded, "Model unloaded")]
    [InlineData(200, "text/event-stream", "data: {\"choices\":[{\"text\":\"a\"}]}\n\ndata: {\"error\":{\"code\":500,\"message\":\"peg-native\"}}\n\n", ModelFault.Refused, "peg-native")]
    [InlineData(200, "text/event-stream", "data: {\"choices\":[{\"text\":\"a\"}]}\n\n", ModelFault.CutShort, "CutShort")]
    [InlineData(200, "text/event-stream", "", ModelFault.CutShort, "CutShort")]
    [InlineData(200, "text/event-stream", "data: <html>\n\n", ModelFault.NotWhatItWas, "NotWhatItWas")]
    [InlineData(200, "text/html", "<html>It works!</html>", ModelFault.NotWhatItWas, "NotWhatItWas")]
    [InlineData(404, "application/json", "Not Found", ModelFault.Refused, "Not Found")]
    [InlineData(404, "application/json", """{"error": "generation thread died"}""", ModelFault.GeneratorDied, "generation thread died")]
    [InlineData(404, "application/json", """{"error": "… we cannot find the appropriate snapshot folder for the specified revision …"}""", ModelFault.ModelNotFound, "snapshot folder")]
    [InlineData(401, "application/json", """{"error":{"type":"invalid_request","code":"invalid_api_key","message":"An LM Studio API token is required"}}""", ModelFault.Unauthorized, "token is required")]
    [InlineData(503, "application/json", """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", ModelFault.Loading, "Loading model")]
    [InlineData(503, "text/plain", "server busy, please try again.  maximum pending requests exceeded", ModelFault.Busy, "server busy")]
    [InlineData(400, "application/json", """{"error":{"message":"Failed to load model \"qwen/qwen3-coder-30b\". Error: Operation canceled.","code":"model_not_found"}}""", ModelFault.LoadFailed, "Operation canceled")]
    [InlineData(400, "application/json", """{"error":{"code":400,"message":"request (54029 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error"}}""", ModelFault.ContextOverflow, "54029")]
    [InlineData(400, "application/json", """{"error":"Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)"}""", ModelFault.ContextOverflow, "n_keep (15028)")]
    [InlineData(500, "text/plain", "", ModelFault.Refused, "HTTP 500")]
    public async Task A_failure_is_an_exception_with_the_servers_words(int status, string type, string body, ModelFault fault, string words)
    {
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => SendAsync(EndpointKind.LmStudio, """{"stream":true}""", status, type, body));
        Assert.Equal(fault, failure.Fault);
        Assert.Contains(words, failure.Message);
        Assert.NotEmpty(failure.Remedy);
    }

    [Theory]
    [InlineData(": keepalive 0/20\n\ndata: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")]
    // A finish without [DONE] is completed, CRLF and missing spaces are no matter, an error that is null is none.
    [InlineData("data:{\"error\":null,\"choices\":[{\"finish_reason\":\"length\"}]}\r\n\r\n", "data: {\"error\":null,\"choices\":[{\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n")]
    [InlineData("data:[DONE]\n\n", "data: [DONE]\n\n")]
    public async Task A_stream_is_made_strict(string sent, string expected) =>
        Assert.Equal(expected, await SendAsync(EndpointKind.Mlx, """{"stream":true}""", 200, "text/event-stream", sent));

    private static async Task CheckRequestAsync(EndpointKind kind, string request, string expected)
    {
        var server = new CannedServer(200, "application/json", "{}");
        using var client = new HttpClient(Dialect.For(kind, EndpointSettings.At("here", new Uri("http://127.0.0.1:1")), server));
        await Record.ExceptionAsync(() => client.PostAsync("http://127.0.0.1:1/v1/completions", new StringContent(request)));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(server.Asked!)), server.Asked);
        Assert.NotNull(server.Length);
    }

    private static async Task<string> SendAsync(EndpointKind kind, string request, int status, string type, string body)
    {
        using var client = new HttpClient(Dialect.For(kind, EndpointSettings.At("here", new Uri("http://127.0.0.1:1")), new CannedServer(status, type, body)));
        using var message = new HttpRequestMessage(HttpMethod.Post, "http://127.0.0.1:1/v1/completions") { Content = new StringContent(request) };
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>A test double of everything below a dialect: one reply, and what was asked.</summary>
    private sealed class CannedServer(int status, string type, string body) : HttpMessageHandler
    {
        public string? Asked { get; private set; }

        public long? Length { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = await request.Content!.ReadAsStringAsync(cancellationToken);
            Length = request.Content.Headers.ContentLength;
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
        }
    }
}
