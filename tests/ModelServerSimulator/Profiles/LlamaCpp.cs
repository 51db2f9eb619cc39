using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>llama-server v0.5.0 with one model; held to the replies in <c>tests/fixtures/captures/llama-server-0.5.0</c>.</summary>
internal sealed class LlamaCpp : Profile
{
    public const string Fingerprint = "b1-de3ff81";

    public override SimulatedModel DefaultModel { get; } = new("qwen2.5-coder-0.5b-instruct") { ContextTokens = 4096 };

    public override OverflowShape Overflow => OverflowShape.ErrorObject;

    public override bool TakesGrammar => true;

    public override bool TakesSchema => true;

    public override ReasoningShape ReasoningShape => ReasoningShape.ReasoningContent;

    /// <summary>Output that starts like a call and does not parse.</summary>
    public override MalformedCalls MalformedCalls => MalformedCalls.Break;

    public override bool PadEnds => true;

    public override HeadTime HeadTime => HeadTime.WithFirstText;

    public override bool PingsByClock => true;

    public override bool SendsEmptyPieces => true;

    public override HangUps HangUps(bool streamed) => new(WhileReading: true);

    public override Stops Stops(IReadOnlyList<string> stops, Tokenizer tokenizer) => new TextExactStops(stops);

    public override bool? IsChat(HttpRequest request) => (request.Method, request.Path.Split('?')[0]) switch
    {
        ("POST", "/v1/chat/completions" or "/chat/completions") => true,
        ("POST", "/v1/completions") => false,
        _ => null,
    };

    public override Head JsonHead(HttpRequest request, int status, string body)
    {
        var keeps = status < 400 && !request.WantsClose;
        return new Head(status, keeps,
        [
            $"HTTP/1.1 {status} {Shapes.Phrase(status)}", "Server: llama.cpp", "Access-Control-Allow-Origin: ",
            "Content-Type: application/json; charset=utf-8", $"Content-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}",
            Persistence(keeps),
        ]);
    }

    public override Head StreamHead(HttpRequest request) => new(200, !request.WantsClose,
    [
        "HTTP/1.1 200 OK", "Server: llama.cpp", "Access-Control-Allow-Origin: ", "X-Accel-Buffering: no",
        "Content-Type: text/event-stream", "Transfer-Encoding: chunked", Persistence(!request.WantsClose),
    ]);

    public override Task RouteAsync(Exchange exchange, ServerState server) => ProxiedAsync(exchange, server, server.Models[0]);

    /// <summary>What the process of this model answers.</summary>
    public async Task ProxiedAsync(Exchange exchange, ServerState server, SimulatedModel model)
    {
        if ((exchange.Request.Method, exchange.Request.Path.Split('?')[0]) is ("GET", "/metrics"))
        {
            var metrics = LlamaState.Metrics(model, server);
            await exchange.ReplyAsync(JsonHead(exchange.Request, 200, metrics) is var head
                ? head with { Lines = [.. head.Lines.Select(line =>
                    line.StartsWith("Content-Type", StringComparison.Ordinal) ? "Content-Type: text/plain; version=0.0.4" : line)] }
                : head, metrics);
            return;
        }
        var body = LlamaState.Answer(exchange, server, model);
        var status = body is JsonObject && body["error"] is { } error ? error["code"]!.GetValue<int>() : 200;
        var text = WireJson.Compact(body);
        await exchange.ReplyAsync(JsonHead(exchange.Request, status, text), text);
    }

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server)
    {
        if (request is null)
        {
            return Refused(500, "[json.exception.parse_error.101] parse error at line 2, column 1: syntax error while parsing value - "
                + "unexpected end of input; expected '[', '{', or a literal", "server_error");
        }
        if (request.Chat && request.Field("messages") is null)
        {
            return Refused(400, "'messages' is required", "invalid_request_error");
        }
        if (!request.Chat && request.Field("prompt") is null)
        {
            return Refused(400, "'prompt' is required", "invalid_request_error");
        }
        if (request.HasOddStop)
        {
            return Refused(400, "Field 'stop': [json.exception.type_error.302] type must be string, but is number",
                "invalid_request_error");
        }
        if (request.Messages.Any(CompletionRequest.HoldsOtherThanText))
        {
            return Refused(500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
                "server_error");
        }
        if (request.Messages.Any(CompletionRequest.HoldsBrokenArguments))
        {
            return Refused(500,
                "Failed to parse tool call arguments as JSON: [json.exception.parse_error.101] parse error at line 1, column 10: "
                + "syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal", "server_error");
        }
        return request.Grammar is { } grammar && Grammar.Parse(grammar) is null
            ? Refused(400, "Failed to parse grammar", "invalid_request_error")
            : null;
    }

    /// <summary>One model serves whatever name is asked for.</summary>
    public override Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange) =>
        Task.FromResult<(SimulatedModel?, Refusal?)>((server.Models[0], null));

    public override string Error(int status, string message) => WireJson.Compact(Shapes.Error(status, message, status switch
    {
        401 => "authentication_error",
        503 => "unavailable_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    }));

    private const string NoFormat = "The model produced output that does not match the expected peg-native format";

    public override string BrokenStream(CompletionRequest request) => ErrorInStream(request, NoFormat);

    public override string ErrorInStream(CompletionRequest request, string message) => Shapes.Event(Error(500, message));

    public override Refusal Broken() => Failed(NoFormat);

    public override bool IsEmbeddings(HttpRequest request) =>
        (request.Method, request.Path.Split('?')[0]) is ("POST", "/v1/embeddings" or "/embeddings");

    /// <summary>Only a server that was started for embeddings gives them.</summary>
    public override Task<(SimulatedModel? Model, Refusal? Refusal)> EmbedderAsync(string? id, ServerState server, Exchange exchange) =>
        Task.FromResult<(SimulatedModel?, Refusal?)>(
            server.Models[0] is { Type: "embeddings" } embedder ? (embedder, null) : (null, NoEmbeddings));

    public override string Embedded(SimulatedModel model, IReadOnlyList<JsonNode> vectors, int tokens) => WireJson.Compact(new JsonObject
    {
        ["model"] = model.Id,
        ["object"] = "list",
        ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        ["data"] = new JsonArray(
            [.. vectors.Select((vector, index) => new JsonObject { ["embedding"] = vector, ["index"] = index, ["object"] = "embedding" })]),
    });

    public override Refusal TooLong(int promptTokens, SimulatedModel model)
    {
        var error = Shapes.Error(400,
            $"request ({promptTokens} tokens) exceeds the available context size ({model.ContextTokens} tokens), try increasing it",
                "exceed_context_size_error");
        (error["error"]!["n_prompt_tokens"], error["error"]!["n_ctx"]) = (promptTokens, model.ContextTokens);
        return new Refusal(400, WireJson.Compact(error));
    }

    public override Reply NewReply(CompletionRequest request, SimulatedModel model, long created) =>
        new(request, "chatcmpl-" + Guid.NewGuid().ToString("n"), created, model.Id);

    public override string First(Reply reply) => !reply.Chat ? "" : Shapes.Event(WireJson.Compact(Chunk(reply,
        new JsonObject { ["finish_reason"] = null, ["index"] = 0,
            ["delta"] = new JsonObject { ["role"] = "assistant", ["content"] = null } }, null, null)));

    public override string Piece(Reply reply, string text, Usage? usage) => Shapes.Event(WireJson.Compact(
        Chunk(reply, new JsonObject { ["text"] = text, ["index"] = 0, ["logprobs"] = null, ["finish_reason"] = null }, null, usage)));

    public override string Delta(Reply reply, JsonObject delta, Usage? usage, bool first) => Shapes.Event(WireJson.Compact(
        Chunk(reply, new JsonObject { ["finish_reason"] = null, ["index"] = 0, ["delta"] = delta }, null, usage)));

    public override string NewCallId() => Guid.NewGuid().ToString("n");

    public override IEnumerable<string> Last(Reply reply, string? finish, Usage usage)
    {
        // A chat tells its usage in a chunk without choices, a completion in its last one; timings come unasked.
        var counted = reply.Request.WantsUsage ? usage : null;
        yield return Shapes.Event(WireJson.Compact(reply.Chat
            ? Chunk(reply, new JsonObject { ["finish_reason"] = finish, ["index"] = 0, ["delta"] = new JsonObject() }, null,
                counted is null ? usage : null)
            : Chunk(reply, new JsonObject { ["text"] = "", ["index"] = 0, ["logprobs"] = null, ["finish_reason"] = finish }, counted,
                usage)));
        if (reply.Chat && counted is not null)
        {
            yield return Shapes.Event(WireJson.Compact(Chunk(reply, null, counted, usage)));
        }
        yield return Shapes.Done;
    }

    public override string Whole(Reply reply, Written written, string? finish, Usage usage) => WireJson.Compact(new JsonObject
    {
        ["choices"] = new JsonArray(reply.Chat
            ? new JsonObject
            {
                ["finish_reason"] = finish, ["index"] = 0,
                ["message"] = written.Complete(new JsonObject { ["role"] = "assistant",
                    ["content"] = written is { Text: "", Calls.Count: > 0 } ? null : written.Text }),
            }
            : new JsonObject { ["text"] = written.Text, ["index"] = 0, ["logprobs"] = null, ["finish_reason"] = finish }),
        ["created"] = reply.Created,
        ["model"] = reply.Model,
        ["system_fingerprint"] = Fingerprint,
        ["object"] = reply.Chat ? "chat.completion" : "text_completion",
        ["usage"] = Count(usage),
        ["id"] = reply.Id,
        ["timings"] = Timings(usage),
    });

    private static JsonObject Chunk(Reply reply, JsonObject? choice, Usage? usage, Usage? timings)
    {
        var chunk = new JsonObject { ["choices"] = choice is null ? [] : new JsonArray(choice), ["created"] = reply.Created };
        if (reply.Chat)
        {
            chunk["id"] = reply.Id;
        }
        (chunk["model"], chunk["system_fingerprint"]) = (reply.Model, Fingerprint);
        chunk["object"] = reply.Chat ? "chat.completion.chunk" : "text_completion";
        if (usage is not null)
        {
            chunk["usage"] = Count(usage);
        }
        if (!reply.Chat)
        {
            chunk["id"] = reply.Id;
        }
        if (timings is not null)
        {
            chunk["timings"] = Timings(timings);
        }
        return chunk;
    }

    private static JsonObject Count(Usage usage) => new()
    {
        ["completion_tokens"] = usage.CompletionTokens,
        ["prompt_tokens"] = usage.PromptTokens,
        ["total_tokens"] = usage.PromptTokens + usage.CompletionTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedTokens },
    };

    private static JsonObject Timings(Usage usage)
    {
        var read = usage.PromptTokens - usage.CachedTokens;
        var (readMs, writeMs) = (Math.Max(0.001, usage.PrefillMs), Math.Max(0.001, usage.GenerateMs));
        return new JsonObject
        {
            ["cache_n"] = usage.CachedTokens,
            ["prompt_n"] = read,
            ["prompt_ms"] = readMs,
            ["prompt_per_token_ms"] = readMs / Math.Max(1, read),
            ["prompt_per_second"] = read / readMs * 1000,
            ["predicted_n"] = usage.CompletionTokens,
            ["predicted_ms"] = writeMs,
            ["predicted_per_token_ms"] = writeMs / Math.Max(1, usage.CompletionTokens),
            ["predicted_per_second"] = usage.CompletionTokens / writeMs * 1000,
        };
    }

    public static readonly Refusal NoEmbeddings =
        Refused(501, "This server does not support embeddings. Start it with `--embeddings`", "not_supported_error");

    private static string Persistence(bool keeps) => keeps ? "Keep-Alive: timeout=5, max=100" : "Connection: close";

    private static Refusal Refused(int status, string message, string type) =>
        new(status, WireJson.Compact(Shapes.Error(status, message, type)));
}
