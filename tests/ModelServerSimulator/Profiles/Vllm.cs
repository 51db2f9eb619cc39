using System.Text;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// vLLM as its source and its users' reports show it: no suffix, no more than four stops, prompt and answer together within
/// <c>max_model_len</c>.
/// </summary>
internal sealed class Vllm : OpenAiShapes
{
    public override SimulatedModel DefaultModel { get; } = new("Qwen/Qwen2.5-Coder-7B-Instruct") { ContextTokens = 16384, Slots = 16 };

    public override IReadOnlyList<SimulatedModel> DefaultModels => [DefaultModel];

    /// <summary>uvicorn writes its headers small.</summary>
    protected override IEnumerable<string> Headers => [$"date: {Date}", "server: uvicorn"];

    protected override string StreamType => "text/event-stream; charset=utf-8";

    protected override string Fingerprint => "";

    public override async Task RouteAsync(Exchange exchange, ServerState server)
    {
        var (status, body) = (exchange.Request.Method, exchange.Request.Path.Split('?')[0]) switch
        {
            ("GET", "/v1/models") => (200, WireJson.Compact(List(server))),
            ("GET", "/health" or "/ping") => (200, ""),
            ("GET", "/version") => (200, """{"version":"0.11.2"}"""),
            _ => (404, """{"detail":"Not Found"}"""),
        };
        await exchange.ReplyAsync(JsonHead(exchange.Request, status, body), body);
    }

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server)
    {
        if (base.Refuse(http, request, server) is { } wrong)
        {
            return wrong;
        }
        if (server.Options.StrictFields && Unknown(request!) is { } field)
        {
            return Bad($"[{{'type': 'extra_forbidden', 'loc': ('body', '{field}'), 'msg': 'Extra inputs are not permitted'}}]");
        }
        if (request!.Field("suffix") is { ValueKind: not System.Text.Json.JsonValueKind.Null })
        {
            return Bad("suffix is not currently supported");
        }
        if (request.Stops.Count > 4)
        {
            return Bad("stop must have at most 4 elements");
        }
        return request.OffersTools && server.Find(request.Model) is { Tools: false }
            ? Bad("\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set")
            : null;
    }

    /// <summary>The answer's bound counts too.</summary>
    public override async Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange)
    {
        var (model, refusal) = await base.ModelAsync(request, server, exchange);
        return model is not null && request.MaxTokens is { } wanted
            && new Tokenizer(FimFormats.Of(model)).Split(request.Prompt).Count is var read && read < model.ContextTokens
            && read + wanted > model.ContextTokens
            ? (null, Bad($"'max_tokens' or 'max_completion_tokens' is too large: {wanted}. "
                + $"This model's maximum context length is {model.ContextTokens} tokens "
                + $"and your request has {read} input tokens ({wanted} > {model.ContextTokens} - {read})."))
            : (model, refusal);
    }

    protected override Refusal NoModel(string? id) => new(404, Coded($"The model `{id}` does not exist.", "NotFoundError", "model", 404));

    protected override Refusal OtherType(SimulatedModel model) => Bad(model.Type == "llm"
        ? "The model does not support Embeddings API" : "The model does not support Chat Completions API");

    public override string Error(int status, string message) => Coded(message, status switch
    {
        404 => "NotFoundError",
        >= 500 => "InternalServerError",
        _ => "BadRequestError",
    }, null, status);

    public override Refusal WrongKey(bool given) => new(401, """{"error":"Unauthorized"}""");

    public override Refusal TooLong(int promptTokens, SimulatedModel model) => Bad(
        $"This model's maximum context length is {model.ContextTokens} tokens. "
            + $"However, your request has {promptTokens} input tokens. Please reduce the length of the input messages.");

    /// <summary>It ends the stream as if nothing were wrong.</summary>
    public override string ErrorInStream(CompletionRequest request, string message) => Shapes.Event(Error(500, message)) + Shapes.Done;

    public override string NewCallId() => "chatcmpl-tool-" + Guid.NewGuid().ToString("n");

    public override Head JsonHead(HttpRequest request, int status, string body) => base.JsonHead(request, status, body) with
    {
        Lines =
        [
            $"HTTP/1.1 {status} {Shapes.Phrase(status)}", .. Headers, $"content-length: {Encoding.UTF8.GetByteCount(body)}",
            "content-type: application/json",
            .. request.WantsClose ? (string[])["connection: close"] : [],
        ],
    };

    protected override JsonObject Message(Written written)
    {
        var message = new JsonObject
        {
            ["role"] = "assistant", ["content"] = written is { Text: "", Calls.Count: > 0 } ? null : written.Text, ["refusal"] = null,
            ["tool_calls"] = new JsonArray([.. written.Calls]),
        };
        message[written.ReasoningName] = written.Reasoning.Length > 0 ? written.Reasoning : null;
        return message;
    }

    protected override JsonObject Count(Usage usage) => new()
    {
        ["prompt_tokens"] = usage.PromptTokens, ["total_tokens"] = usage.PromptTokens + usage.CompletionTokens,
        ["completion_tokens"] = usage.CompletionTokens,
        ["prompt_tokens_details"] = null,
    };

    protected override JsonObject Chunk(Reply reply, JsonObject? choice)
    {
        var chunk = base.Chunk(reply, choice);
        chunk.Remove("system_fingerprint");
        return chunk;
    }

    private static Refusal Bad(string message) => new(400, Coded(message, "BadRequestError", null, 400));

    private JsonObject List(ServerState server) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. server.Models.Select(model => (JsonNode)new JsonObject
        {
            ["id"] = model.Id, ["object"] = "model", ["created"] = Clock.GetUtcNow().ToUnixTimeSeconds(), ["owned_by"] = "vllm",
            ["root"] = model.Id, ["parent"] = null,
            ["max_model_len"] = model.ContextTokens, ["permission"] = new JsonArray(),
        })]),
    };
}
