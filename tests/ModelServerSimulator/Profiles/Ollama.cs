using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// Ollama as its source shows it: chat template around every prompt that is not raw, prompts cut without a word to the context that it
/// chose, models loaded when they are asked for, its own routes with one JSON object per line.
/// </summary>
internal sealed class Ollama : OpenAiShapes
{
    public override SimulatedModel DefaultModel { get; } = new("qwen2.5-coder:7b") { ContextTokens = 4096 };

    public override OverflowShape Overflow => OverflowShape.Truncated;

    public override CallShape CallShape => CallShape.OneShot;

    public override bool EmbedsBase64 => false;

    public override string OddReason => "load";

    protected override IEnumerable<string> Headers => [$"Date: {Date}"];

    protected override string? Opening => null;

    protected override string Fingerprint => "fp_ollama";

    public override bool? IsChat(HttpRequest request) => IsNative(request) ? false : base.IsChat(request);

    private static bool IsNative(HttpRequest request) => request is { Method: "POST", Path: "/api/generate" };

    /// <summary>
    /// The native request in OpenAI's form; it streams unless told otherwise, and its own answer to an empty prompt is a load.
    /// </summary>
    public override CompletionRequest Read(HttpRequest http, bool chat, JsonElement json)
    {
        if (!IsNative(http))
        {
            return new CompletionRequest(chat, json);
        }
        var own = JsonNode.Parse(json.GetRawText())!.AsObject();
        var (stream, options) = (own["stream"], own["options"]);
        own["native"] = true;
        own["stream"] = stream is null || stream.GetValueKind() == JsonValueKind.True;
        foreach (var (from, to) in new[] { ("num_predict", "max_tokens"), ("stop", "stop"), ("num_ctx", "num_ctx") })
        {
            if (options?[from] is { } value)
            {
                own[to] = value.DeepClone();
            }
        }
        using var document = JsonDocument.Parse(own.ToJsonString());
        return new CompletionRequest(chat, document.RootElement.Clone());
    }

    /// <summary>
    /// Raw as it is; with a suffix in the model's own FIM format; else in the chat template, where a FIM prompt is nonsense.
    /// </summary>
    public override string Prompt(CompletionRequest request, FimFormat format) => request switch
    {
        { Chat: true } => request.Prompt,
        _ when request.Flag("raw") => request.Prompt,
        _ when request.Field("suffix") is { ValueKind: JsonValueKind.String } suffix && suffix.GetString() is { Length: > 0 } after =>
            string.Concat(format.Parts.Select(part => part.Marker + part.Holds switch { 'P' => request.Prompt, 'S' => after, _ => "" })),
        _ => $"<|im_start|>user\n{request.Prompt}<|im_end|>\n<|im_start|>assistant\n",
    };

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server)
    {
        if (request is null || (!IsNative(http) && base.Refuse(http, request, server) is { }))
        {
            return request is null
                ? new Refusal(400, Error(400, "invalid character 'x' looking for beginning of value")) : base.Refuse(http, request, server);
        }
        if (request.Field("suffix") is { ValueKind: JsonValueKind.String } suffix && suffix.GetString() is { Length: > 0 }
            && server.Find(request.Model) is { } model && FimFormats.Of(model).Parts.Count == 0)
        {
            return new Refusal(400, Error(400, $"registry.ollama.ai/library/{model.Id} does not support insert"));
        }
        return request.OffersTools && server.Find(request.Model) is { Tools: false } toolless
            ? new Refusal(400, Error(400, $"registry.ollama.ai/library/{toolless.Id} does not support tools"))
            : null;
    }

    public override async Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange)
    {
        var (model, refusal) = await base.ModelAsync(request, server, exchange);
        var context = request.Field("num_ctx") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : (int?)null;
        return (model is not null && context is { } tokens ? model with { ContextTokens = tokens } : model, refusal);
    }

    /// <summary>Loaded on demand, in place of what nobody uses and that was loaded so; a name without a tag means its newest.</summary>
    protected override async Task<(SimulatedModel? Model, Refusal? Refusal)> FindAsync(string? id, string type, ServerState server,
        Exchange exchange)
    {
        var model = server.Find(id) ?? server.Find(id + ":latest");
        return model is null ? (null, NoModel(id))
            : model.Type != type ? (null, OtherType(model))
            : (await server.LoadAsync(model, exchange, ttl: TimeSpan.FromMinutes(5)), null);
    }

    protected override Refusal NoModel(string? id) =>
        string.IsNullOrEmpty(id)
        ? new Refusal(400, Error(400, "model is required")) : new Refusal(404, Error(404, $"model '{id}' not found"));

    protected override Refusal OtherType(SimulatedModel model) => new(400, Error(400, model.Type == "llm"
        ? "this model does not support embeddings" : $"\"{model.Id}\" does not support chat"));

    public override string Error(int status, string message) => Coded(message, status switch
    {
        404 => "not_found_error",
        400 => "invalid_request_error",
        _ => "api_error",
    }, null, null);

    public override Refusal WrongKey(bool given) => new(401, """{"error":"unauthorized"}""");

    public override string ErrorInStream(CompletionRequest request, string message) => request.Flag("native")
        ? WireJson.Compact(new JsonObject { ["error"] = message }) + "\n"
        : Shapes.Event(Error(500, message));

    public override Head StreamHead(HttpRequest request) => IsNative(request)
        ? base.StreamHead(request) with { Lines =
            ["HTTP/1.1 200 OK", "Content-Type: application/x-ndjson", .. Headers, "Transfer-Encoding: chunked"] }
        : base.StreamHead(request);

    public override string Piece(Reply reply, string text, Usage? usage)
    {
        if (reply.Request.Flag("native"))
        {
            return WireJson.Compact(Line(reply, text, done: false)) + "\n";
        }
        var chunk = Chunk(reply, new JsonObject { ["text"] = text, ["index"] = 0, ["finish_reason"] = null });
        if (reply.Request.WantsUsage)
        {
            // Each chunk of a completion carries a usage of zeros.
            chunk["usage"] = new JsonObject { ["prompt_tokens"] = 0, ["completion_tokens"] = 0, ["total_tokens"] = 0 };
        }
        return Shapes.Event(WireJson.Compact(chunk));
    }

    /// <summary>The role stands in the first chunk, empty content in every one that carries something else.</summary>
    public override string Delta(Reply reply, JsonObject delta, Usage? usage, bool first)
    {
        var whole = new JsonObject();
        if (first)
        {
            whole["role"] = "assistant";
        }
        whole["content"] = delta["content"]?.DeepClone() ?? "";
        foreach (var (name, value) in delta.Where(part => part.Key != "content"))
        {
            whole[name] = value?.DeepClone();
        }
        return Shapes.Event(WireJson.Compact(Chunk(reply, new JsonObject { ["index"] = 0, ["delta"] = whole, ["finish_reason"] = null })));
    }

    public override JsonObject CallEntry(CallSegment call, string arguments, bool first, bool streamed) => new()
    {
        ["id"] = call.Id, ["index"] = call.Number, ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Call.Name, ["arguments"] = arguments },
    };

    public override string NewCallId() => "call_" + Guid.NewGuid().ToString("n")[..8];

    public override IEnumerable<string> Last(Reply reply, string? finish, Usage usage)
    {
        if (!reply.Request.Flag("native"))
        {
            return base.Last(reply, Told(reply, finish), usage);
        }
        return [WireJson.Compact(Ended(Line(reply, "", done: true), Told(reply, finish), usage)) + "\n"];
    }

    public override string Whole(Reply reply, Written written, string? finish, Usage usage) => reply.Request.Flag("native")
        ? WireJson.Compact(Ended(Line(reply, written.Text, done: true), Told(reply, finish), usage))
        : base.Whole(reply, written, Told(reply, finish), usage);

    public override async Task RouteAsync(Exchange exchange, ServerState server)
    {
        var (status, body) = OllamaModels.Answer(exchange, server, NoModel) ?? (404, "404 page not found");
        var head = JsonHead(exchange.Request, status, body);
        await exchange.ReplyAsync(body.StartsWith('{') ? head
            : head with { Lines = [.. head.Lines.Select(line =>
                line.StartsWith("Content-Type", StringComparison.Ordinal) ? "Content-Type: text/plain; charset=utf-8" : line)] }, body);
    }

    protected override JsonObject Count(Usage usage) => new()
    {
        ["prompt_tokens"] = usage.PromptTokens, ["completion_tokens"] = usage.CompletionTokens, ["total_tokens"] = usage.PromptTokens
        + usage.CompletionTokens,
    };

    protected override JsonObject Message(Written written) =>
        written.Complete(new JsonObject { ["role"] = "assistant", ["content"] = written.Text });

    /// <summary>An empty prompt only loads the model, and says so where others give a reason.</summary>
    private static string? Told(Reply reply, string? finish) =>
        !reply.Chat && reply.Request.Prompt.Length == 0 && finish is not null ? "load" : finish;

    private JsonObject Line(Reply reply, string text, bool done) => new()
    {
        ["model"] = reply.Model, ["created_at"] = Clock.GetUtcNow().ToString("o", CultureInfo.InvariantCulture), ["response"] = text,
        ["done"] = done,
    };

    private static JsonObject Ended(JsonObject line, string? finish, Usage usage)
    {
        line["done_reason"] = finish;
        line["total_duration"] = (long)((usage.PrefillMs + usage.GenerateMs) * 1e6);
        line["load_duration"] = 0;
        line["prompt_eval_count"] = usage.PromptTokens;
        line["prompt_eval_duration"] = (long)(usage.PrefillMs * 1e6);
        line["eval_count"] = usage.CompletionTokens;
        line["eval_duration"] = (long)(usage.GenerateMs * 1e6);
        return line;
    }
}
