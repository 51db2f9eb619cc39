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

    public override OverflowShape Overflow => OverflowShape.ErrorEvent;

    /// <summary>It reads a prompt to its end before it notices.</summary>
    public override HangUps HangUps(bool streamed) => new(WhileReading: false);

    public override Stops Stops(IReadOnlyList<string> stops, Tokenizer tokenizer) => new TextExactStops([.. stops.Where(stop => stop.Length > 0)]);

    public override bool? IsChat(HttpRequest request) => (request.Method, request.Path.Split('?')[0]) switch
    {
        ("POST", "/v1/chat/completions" or "/api/v0/chat/completions") => true,
        ("POST", "/v1/completions" or "/api/v0/completions") => false,
        _ => null,
    };

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

    public override async Task RouteAsync(Exchange exchange, ServerState server)
    {
        var path = exchange.Request.Path.Split('?')[0];
        var (status, body) = (exchange.Request.Method, path) switch
        {
            ("GET", "/v1/models") => (200, Compatible(server)),
            ("GET", "/api/v0/models") => (200, new JsonObject { ["data"] = Array(server, Native0), ["object"] = "list" }),
            ("GET", _) when path.StartsWith("/api/v0/models/", StringComparison.Ordinal) && server.Find(path["/api/v0/models/".Length..]) is { } model =>
                (200, Native0(model)),
            ("GET", "/api/v1/models") when hasApiV1 => (200, new JsonObject { ["models"] = Array(server, Native1) }),
            ("POST", "/api/v1/models/load") when hasApiV1 => await LoadAsync(exchange, server),
            ("POST", "/api/v1/models/unload") when hasApiV1 => Unload(exchange, server),
            _ => (200, Unexpected(exchange.Request)),
        };
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
    public override async Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server, Exchange exchange)
    {
        var loaded = server.Models.Where(model => model is { Loaded: true, Type: "llm" }).ToArray();
        if (server.Options.Fault == Fault.NoModelsLoaded)
        {
            return (null, new Refusal(400, Coded("No models loaded. Please load a model in the developer page or use the 'lms load' command.", "model", null)));
        }
        if (server.Find(request.Model) is { } known)
        {
            return known.Type != "llm"
                ? (null, new Refusal(400, Coded($"Failed to load model \"{known.Id}\". Error: Model is not llm.", "model", "model_not_found")))
                : (await server.LoadAsync(known, exchange), null);
        }
        return loaded is [var only]
            ? (only, null)
            : (null, new Refusal(400, Coded(
                $"Invalid model identifier \"{request.Model}\". Please specify a valid downloaded model (e.g., {string.Join(", ", server.Models.Select(model => model.Id))}).",
                "model", "model_not_found")));
    }

    public override string Error(int status, string message) => WireJson.Compact(new JsonObject { ["error"] = message });

    public override string BrokenStream() => ErrorEvent("The model has crashed without additional information. (Exit code: 6)");

    /// <summary>How an error reaches a stream whose head is out.</summary>
    public static string ErrorEvent(string message) => "event: error\n" + Shapes.Event(WireJson.Compact(
        new JsonObject { ["error"] = new JsonObject { ["message"] = message }, ["message"] = message }));

    public override Reply NewReply(CompletionRequest request, SimulatedModel model, long created) =>
        new(request, (request.Chat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid().ToString("n")[..21], created, model.Id);

    public override string Piece(Reply reply, string text, Usage? usage) => Shapes.Event(WireJson.Compact(Chunk(reply, reply.Chat
        ? new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["role"] = "assistant", ["content"] = text }, ["logprobs"] = null, ["finish_reason"] = null }
        : new JsonObject { ["index"] = 0, ["text"] = text, ["logprobs"] = null, ["finish_reason"] = null })));

    public override IEnumerable<string> Last(Reply reply, string? finish, Usage usage)
    {
        yield return Shapes.Event(WireJson.Compact(Chunk(reply, reply.Chat
            ? new JsonObject { ["index"] = 0, ["delta"] = new JsonObject(), ["logprobs"] = null, ["finish_reason"] = finish }
            : new JsonObject { ["index"] = 0, ["text"] = "", ["logprobs"] = null, ["finish_reason"] = finish })));
        if (reply.Request.WantsUsage)
        {
            var chunk = Chunk(reply, null);
            chunk["usage"] = Count(usage, finish);
            yield return Shapes.Event(WireJson.Compact(chunk));
        }
        yield return Shapes.Done;
    }

    public override string Whole(Reply reply, string text, string? finish, Usage usage)
    {
        var whole = new JsonObject
        {
            ["id"] = reply.Id,
            ["object"] = reply.Chat ? "chat.completion" : "text_completion",
            ["created"] = reply.Created,
            ["model"] = reply.Model,
            ["choices"] = new JsonArray(reply.Chat
                ? new JsonObject
                {
                    ["index"] = 0, ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text, ["tool_calls"] = new JsonArray() },
                    ["logprobs"] = null, ["finish_reason"] = finish,
                }
                : new JsonObject { ["index"] = 0, ["text"] = text, ["logprobs"] = null, ["finish_reason"] = finish }),
            ["usage"] = Count(usage, finish),
            ["stats"] = new JsonObject(),
        };
        if (reply.Chat)
        {
            whole["system_fingerprint"] = reply.Model;
        }
        return WireJson.Compact(whole);
    }

    private static JsonObject Chunk(Reply reply, JsonObject? choice)
    {
        var chunk = new JsonObject
        {
            ["id"] = reply.Id, ["object"] = reply.Chat ? "chat.completion.chunk" : "text_completion", ["created"] = reply.Created, ["model"] = reply.Model,
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
        return new JsonObject { ["prompt_tokens"] = usage.PromptTokens, ["completion_tokens"] = written, ["total_tokens"] = usage.PromptTokens + written };
    }

    private static JsonArray Array(ServerState server, Func<SimulatedModel, JsonObject> entry) => new([.. server.Models.Select(entry)]);

    private static JsonObject Compatible(ServerState server) => new()
    {
        ["data"] = Array(server, model => new JsonObject { ["id"] = model.Id, ["object"] = "model", ["owned_by"] = "organization_owner" }),
        ["object"] = "list",
    };

    private static JsonObject Native0(SimulatedModel model)
    {
        var entry = new JsonObject
        {
            ["id"] = model.Id, ["object"] = "model", ["type"] = model.Type, ["publisher"] = Publisher(model), ["arch"] = "qwen2", ["compatibility_type"] = "gguf",
            ["quantization"] = "Q4_K_M", ["state"] = model.Loaded ? "loaded" : "not-loaded", ["max_context_length"] = model.MaxContextTokens,
        };
        if (model.Loaded)
        {
            entry["loaded_context_length"] = model.ContextTokens;
        }
        return entry;
    }

    private static JsonObject Native1(SimulatedModel model) => new()
    {
        ["type"] = model.Type == "llm" ? "llm" : "embedding",
        ["publisher"] = Publisher(model),
        ["key"] = model.Id,
        ["display_name"] = model.Id,
        ["architecture"] = "qwen2",
        ["quantization"] = new JsonObject { ["name"] = "Q4_K_M", ["bits_per_weight"] = 4 },
        ["size_bytes"] = 4683074240,
        ["params_string"] = "7B",
        ["loaded_instances"] = model.Loaded
            ? new JsonArray(new JsonObject { ["id"] = model.Id, ["config"] = new JsonObject { ["context_length"] = model.ContextTokens, ["parallel"] = model.Slots } })
            : [],
        ["max_context_length"] = model.MaxContextTokens,
        ["format"] = "gguf",
        ["capabilities"] = new JsonObject { ["vision"] = false, ["trained_for_tool_use"] = false },
    };

    private static async Task<(int, JsonObject)> LoadAsync(Exchange exchange, ServerState server)
    {
        if (server.Find(Field(exchange, "model")) is not { } model)
        {
            return (404, Native1Error("model_not_found", $"Model \"{Field(exchange, "model")}\" not found."));
        }
        await server.LoadAsync(model, exchange);
        return (200, new JsonObject
        {
            ["type"] = model.Type == "llm" ? "llm" : "embedding", ["instance_id"] = model.Id, ["load_time_seconds"] = model.LoadDelay.TotalSeconds, ["status"] = "loaded",
        });
    }

    private static (int, JsonObject) Unload(Exchange exchange, ServerState server)
    {
        if (server.Find(Field(exchange, "instance_id")) is not { Loaded: true } model)
        {
            return (404, Native1Error("model_not_found", $"No instance \"{Field(exchange, "instance_id")}\" is loaded."));
        }
        server.Set(model.Id, loaded: false);
        return (200, new JsonObject { ["instance_id"] = model.Id });
    }

    private static JsonObject Native1Error(string type, string message) =>
        new() { ["error"] = new JsonObject { ["type"] = type, ["message"] = message } };

    private static string? Field(Exchange exchange, string name) =>
        exchange.Record.Json is { } json && json.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string Publisher(SimulatedModel model) => model.Id.Contains('/') ? model.Id.Split('/')[0] : "lmstudio-community";

    private static Refusal Text(string message) => new(400, WireJson.Compact(new JsonObject { ["error"] = message }));

    private static string Coded(string message, string param, string? code) => WireJson.Compact(new JsonObject
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = param, ["code"] = code },
    });
}
