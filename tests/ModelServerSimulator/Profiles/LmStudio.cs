using System.Text;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// LM Studio 0.4 or 0.3 as its documentation and its users' reports describe it; no reply of a real one was at hand.
/// By analogy only: the chunks of <c>/v1/completions</c>, the statuses of <c>/api/v1</c>, the order of headers.
/// </summary>
internal sealed class LmStudio(bool hasApiV1) : Profile
{
    public override SimulatedModel DefaultModel { get; } = new("qwen2.5-coder-7b-instruct") { Slots = 4 };

    public override bool TakesSchema => true;

    public override ReasoningShape ReasoningShape => ReasoningShape.ReasoningContent;

    public override bool EmbedsBase64 => false;

    public override OverflowShape Overflow => OverflowShape.ErrorEvent;

    /// <summary>It reads a prompt to its end before it notices.</summary>
    public override HangUps HangUps(bool streamed) => new(WhileReading: false);

    public override bool? IsChat(HttpRequest request) => base.IsChat(AsOpenAi(request));

    public override Head JsonHead(HttpRequest request, int status, string body)
    {
        var length = Encoding.UTF8.GetByteCount(body);
        return new Head(status, !request.WantsClose,
        [
            $"HTTP/1.1 {status} {Shapes.Phrase(status)}", "X-Powered-By: Express", "Content-Type: application/json; charset=utf-8",
            $"Content-Length: {length}", $"ETag: W/\"{length:x}-{(uint)body.Length * 2654435761:x8}\"",
            .. request.WantsClose ? (string[])["Connection: close"] : ["Connection: keep-alive", "Keep-Alive: timeout=5"],
        ]);
    }

    public override Head StreamHead(HttpRequest request) => new(200, !request.WantsClose,
    [
        "HTTP/1.1 200 OK", "X-Powered-By: Express", "Content-Type: text/event-stream", "Cache-Control: no-cache",
        request.WantsClose ? "Connection: close" : "Connection: keep-alive", "Transfer-Encoding: chunked",
    ]);

    private readonly LmStudioModels models = new();

    public override async Task RouteAsync(Exchange exchange, ServerState server)
    {
        var (status, body) = await models.AnswerAsync(exchange, server, hasApiV1) ?? (200, Unexpected(exchange.Request));
        var text = WireJson.Compact(body);
        await exchange.ReplyAsync(JsonHead(exchange.Request, status, text), text);
    }

    /// <summary>What a route that it does not know gets, with status 200.</summary>
    public static JsonObject Unexpected(HttpRequest request) =>
        new() { ["error"] = $"Unexpected endpoint or method. ({request.Method} {request.Path})" };

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server)
    {
        if (request is null || (request.Chat ? request.Messages.Count == 0 : request.Field("prompt") is null))
        {
            return Text($"'{(request is null || request.Chat ? "messages" : "prompt")}' field is required");
        }
        if (request.Field("tool_choice") is { ValueKind: System.Text.Json.JsonValueKind.Object })
        {
            return Text("Invalid tool_choice type: 'object'. Supported string values: none, auto, required");
        }
        return request.Field("response_format") is { ValueKind: System.Text.Json.JsonValueKind.Object } format
            && format.TryGetProperty("type", out var type) && type.GetString() is not ("json_schema" or "text")
            ? Text("'response_format.type' must be 'json_schema' or 'text'")
            : null;
    }

    /// <summary>The named model, loaded on demand; an unknown name is served by the only loaded model, and the reply tells.</summary>
    public override async Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange)
    {
        if (server.Find(request.Model) is { Type: not "llm", Downloaded: true } other)
        {
            return (null,
                new Refusal(400, Coded($"Failed to load model \"{other.Id}\". Error: Model is not llm.", "model", "model_not_found")));
        }
        return await FindAsync(request.Model, "llm",
            request.Field("ttl") is { ValueKind: System.Text.Json.JsonValueKind.Number } ttl ? ttl.GetDouble() : null, server, exchange);
    }

    public override bool IsEmbeddings(HttpRequest request) => base.IsEmbeddings(AsOpenAi(request));

    /// <summary>Its own older routes do what OpenAI's do.</summary>
    private static HttpRequest AsOpenAi(HttpRequest request) =>
        request.Path.StartsWith("/api/v0/", StringComparison.Ordinal)
        ? request with { Path = $"/v1/{request.Path["/api/v0/".Length..]}" } : request;

    public override async Task<(SimulatedModel? Model, Refusal? Refusal)> EmbedderAsync(string? id, ServerState server,
        Exchange exchange) =>
        server.Find(id) is { Type: "llm" }
            ? (null, new Refusal(400, Coded($"Failed to load model \"{id}\". Error: Model is not embedding.", "model", "model_not_found")))
            : await FindAsync(id, "embeddings", null, server, exchange);

    /// <summary>It never counts the tokens of embeddings.</summary>
    public override string Embedded(SimulatedModel model, IReadOnlyList<JsonNode> vectors, int tokens) => base.Embedded(model, vectors, 0);

    private static async Task<(SimulatedModel? Model, Refusal? Refusal)> FindAsync(string? id, string type, double? ttl, ServerState server,
        Exchange exchange)
    {
        var options = server.Options;
        var loaded = server.Models.Where(model => model.Loaded && model.Type == type).ToArray();
        if (options.Fault == Fault.NoModelsLoaded)
        {
            return (null, NothingLoaded);
        }
        if (server.Find(id) is { Downloaded: true } known && (known.Loaded || options.JustInTime))
        {
            return (await server.LoadAsync(known, exchange, EvictAsync,
                ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : options.IdleTtl), null);
        }
        return loaded switch
        {
            [var only] => (only, null),
            [] when !options.JustInTime => (null, NothingLoaded),
            _ => (null, new Refusal(400, Coded(
                $"Invalid model identifier \"{id}\". Please specify a valid downloaded model (e.g., "
                + $"{string.Join(", ", server.Models.Where(model => model.Downloaded).Select(model => model.Id))}).",
                "model", "model_not_found"))),
        };

        Task EvictAsync()
        {
            foreach (var other in options.AutoEvict
                ? server.Models.Where(model => model.Loaded && server.OnDemand(model.Id)).ToArray() : [])
            {
                server.Unload(other.Id);
            }
            return Task.CompletedTask;
        }
    }

    private static Refusal NothingLoaded =>
        new(400, Coded("No models loaded. Please load a model in the developer page or use the 'lms load' command.", "model", null));

    public override Refusal LoadFailed(string id, string message) =>
        new(400, Coded($"Failed to load model \"{id}\". {message}", "model", "model_not_found"));

    public override Refusal Failed(string message) => Text(message);

    public override Refusal TooLong(int promptTokens, SimulatedModel model) => Text(
        $"Input does not fit in context length. The input has {promptTokens} tokens, "
        + $"but the context length only supports {model.ContextTokens} tokens.");

    public override Refusal WrongKey(bool given) => new(401, WireJson.Compact(new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["type"] = "invalid_request", ["code"] = "invalid_api_key",
            ["message"] = given
                ? "The provided LM Studio API token is not valid."
                : "An LM Studio API token is required to make requests to this server, but none was provided "
                    + "using the Authorization header using the 'Bearer' scheme.",
        },
    }));

    public override string Error(int status, string message) => WireJson.Compact(new JsonObject { ["error"] = message });

    public override string ErrorInStream(CompletionRequest request, string message) => ErrorEvent(message);

    /// <summary>How an error reaches a stream whose head is out.</summary>
    public static string ErrorEvent(string message) => "event: error\n" + Shapes.Event(WireJson.Compact(
        new JsonObject { ["error"] = new JsonObject { ["message"] = message }, ["message"] = message }));

    public override Reply NewReply(CompletionRequest request, SimulatedModel model, long created) =>
        new(request, (request.Chat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid().ToString("n")[..21], created, model.Id);

    public override string Piece(Reply reply, string text, Usage? usage) =>
        Shapes.Event(WireJson.Compact(Chunk(reply, Shapes.Choice("text", text))));

    /// <summary>Every chunk of a chat names the role.</summary>
    public override string Delta(Reply reply, JsonObject delta, Usage? usage, bool first)
    {
        var whole = new JsonObject { ["role"] = "assistant" };
        foreach (var (name, value) in delta)
        {
            whole[name] = value?.DeepClone();
        }
        return Shapes.Event(WireJson.Compact(Chunk(reply, Shapes.Choice("delta", whole))));
    }

    /// <summary>Nine digits.</summary>
    public override string NewCallId() =>
        Random.Shared.Next(100_000_000, 999_999_999).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The type stands in every fragment.</summary>
    public override JsonObject CallEntry(CallSegment call, string arguments, bool first, bool streamed)
    {
        var entry = base.CallEntry(call, arguments, first, streamed);
        return first
            ? entry : new JsonObject { ["index"] = call.Number, ["type"] = "function", ["function"] = entry["function"]!.DeepClone() };
    }

    public override IEnumerable<string> Last(Reply reply, string? finish, Usage usage)
    {
        yield return Shapes.Event(WireJson.Compact(Chunk(reply, Shapes.LastChoice(reply, finish))));
        if (reply.Request.WantsUsage)
        {
            var chunk = Chunk(reply, null);
            chunk["usage"] = Count(usage, finish);
            yield return Shapes.Event(WireJson.Compact(chunk));
        }
        yield return Shapes.Done;
    }

    public override string Whole(Reply reply, Written written, string? finish, Usage usage)
    {
        var whole = new JsonObject
        {
            ["id"] = reply.Id,
            ["object"] = reply.Chat ? "chat.completion" : "text_completion",
            ["created"] = reply.Created,
            ["model"] = reply.Model,
            ["choices"] = new JsonArray(
                reply.Chat ? Shapes.Choice("message", Message(written), finish) : Shapes.Choice("text", written.Text, finish)),
            ["usage"] = Count(usage, finish),
            ["stats"] = new JsonObject(),
        };
        if (reply.Chat)
        {
            whole["system_fingerprint"] = reply.Model;
        }
        return WireJson.Compact(whole);
    }

    /// <summary>A message that calls tools has no content.</summary>
    private static JsonObject Message(Written written)
    {
        var message = new JsonObject { ["role"] = "assistant" };
        if (written is not { Text: "", Calls.Count: > 0 })
        {
            message["content"] = written.Text;
        }
        if (written.Calls.Count == 0)
        {
            written.Complete(message)["tool_calls"] = new JsonArray();
            return message;
        }
        return written.Complete(message);
    }

    private static JsonObject Chunk(Reply reply, JsonObject? choice)
    {
        var chunk = new JsonObject
        {
            ["id"] = reply.Id, ["object"] = reply.Chat ? "chat.completion.chunk" : "text_completion", ["created"] = reply.Created,
            ["model"] = reply.Model,
        };
        if (reply.Chat)
        {
            chunk["system_fingerprint"] = reply.Model;
        }
        chunk["choices"] = choice is null ? [] : new JsonArray(choice);
        return chunk;
    }

    /// <summary>One token too few where the length ended it, and never a word about the cache.</summary>
    private static JsonObject Count(Usage usage, string? finish)
    {
        var written = usage.CompletionTokens - (finish == "length" ? 1 : 0);
        return new JsonObject { ["prompt_tokens"] = usage.PromptTokens, ["completion_tokens"] = written,
            ["total_tokens"] = usage.PromptTokens + written };
    }

    private static Refusal Text(string message) => new(400, WireJson.Compact(new JsonObject { ["error"] = message }));

    private static string Coded(string message, string param, string? code) => WireJson.Compact(new JsonObject
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = param, ["code"] = code },
    });
}
