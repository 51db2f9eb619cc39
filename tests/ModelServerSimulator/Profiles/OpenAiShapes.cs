using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// The replies of servers that keep to OpenAI's own shapes; what each adds or leaves out is in its class. None of them was at hand here.
/// </summary>
internal abstract class OpenAiShapes : Profile
{
    /// <summary>Fields that a strict server takes.</summary>
    private static readonly HashSet<string> Known =
    [
        "model", "messages", "prompt", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop",
        "n", "seed", "user", "tools",
        "tool_choice", "parallel_tool_calls", "response_format", "logprobs", "top_logprobs", "presence_penalty", "frequency_penalty",
        "logit_bias", "reasoning_effort",
        "suffix", "echo", "best_of", "store", "metadata", "service_tier", "verbosity", "prompt_cache_key", "safety_identifier",
        "prediction", "modalities",
    ];

    public override OverflowShape Overflow => OverflowShape.ErrorObject;

    public override bool TakesSchema => true;

    public override ReasoningShape ReasoningShape => ReasoningShape.Reasoning;

    public override HangUps HangUps(bool streamed) => new(WhileReading: true);

    /// <summary>Headers that stand in every reply.</summary>
    protected abstract IEnumerable<string> Headers { get; }

    protected virtual string StreamType => "text/event-stream";

    /// <summary>The text of the first delta's content, beside the role; null for a server whose first delta is an ordinary one.</summary>
    protected virtual string? Opening => "";

    protected abstract string Fingerprint { get; }

    public override Head JsonHead(HttpRequest request, int status, string body) => new(status, !request.WantsClose,
    [
        $"HTTP/1.1 {status} {Shapes.Phrase(status)}", .. Headers, "Content-Type: application/json",
        $"Content-Length: {Encoding.UTF8.GetByteCount(body)}", .. Closing(request),
    ]);

    public override Head StreamHead(HttpRequest request) => new(200, !request.WantsClose,
        ["HTTP/1.1 200 OK", .. Headers, $"Content-Type: {StreamType}", "Transfer-Encoding: chunked", .. Closing(request)]);

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server) => request switch
    {
        null => new Refusal(400, Error(400, "We could not parse the JSON body of your request.")),
        { Chat: true } when request.Messages.Count == 0 => new Refusal(400, Error(400, "Missing required parameter: 'messages'.")),
        { Chat: false } when request.Field("prompt") is null => new Refusal(400, Error(400, "Missing required parameter: 'prompt'.")),
        _ when request.HasOddStop => new Refusal(400, Error(400, "Invalid type for 'stop': expected a string or an array of strings.")),
        _ => null,
    };

    /// <summary>The first field of the body that no specification names.</summary>
    protected static string? Unknown(CompletionRequest request) =>
        request.Json.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !Known.Contains(name));

    public override Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange) =>
        FindAsync(request.Model, "llm", server, exchange);

    public override Task<(SimulatedModel? Model, Refusal? Refusal)> EmbedderAsync(string? id, ServerState server, Exchange exchange) =>
        FindAsync(id, "embeddings", server, exchange);

    /// <summary>The named model of this type.</summary>
    protected virtual async Task<(SimulatedModel? Model, Refusal? Refusal)> FindAsync(string? id, string type, ServerState server,
        Exchange exchange) =>
        server.Find(id) is not { } model ? (null, NoModel(id))
        : model.Type != type ? (null, OtherType(model))
        : (await server.LoadAsync(model, exchange), null);

    protected abstract Refusal NoModel(string? id);

    protected abstract Refusal OtherType(SimulatedModel model);

    public override Reply NewReply(CompletionRequest request, SimulatedModel model, long created) =>
        new(request, (request.Chat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid().ToString("n"), created, model.Id);

    public override string First(Reply reply) => !reply.Chat || Opening is not { } opening ? "" : Shapes.Event(WireJson.Compact(
        Chunk(reply, Shapes.Choice("delta", new JsonObject { ["role"] = "assistant", ["content"] = opening }))));

    public override string Piece(Reply reply, string text, Usage? usage) =>
        Shapes.Event(WireJson.Compact(Chunk(reply, Shapes.Choice("text", text))));

    public override string Delta(Reply reply, JsonObject delta, Usage? usage, bool first)
    {
        if (first && Opening is null)
        {
            delta = new JsonObject(
                [new("role", "assistant"), .. delta.Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone()))]);
        }
        return Shapes.Event(WireJson.Compact(Chunk(reply, Shapes.Choice("delta", delta))));
    }

    public override IEnumerable<string> Last(Reply reply, string? finish, Usage usage)
    {
        yield return Shapes.Event(WireJson.Compact(Chunk(reply, Shapes.LastChoice(reply, finish))));
        if (reply.Request.WantsUsage)
        {
            var last = Chunk(reply, null);
            last["usage"] = Count(usage);
            yield return Shapes.Event(WireJson.Compact(last));
        }
        yield return Shapes.Done;
    }

    public override string Whole(Reply reply, Written written, string? finish, Usage usage) => WireJson.Compact(new JsonObject
    {
        ["id"] = reply.Id,
        ["object"] = reply.Chat ? "chat.completion" : "text_completion",
        ["created"] = reply.Created,
        ["model"] = reply.Model,
        ["choices"] =
            new JsonArray(reply.Chat ? Shapes.Choice("message", Message(written), finish) : Shapes.Choice("text", written.Text, finish)),
        ["usage"] = Count(usage),
        ["system_fingerprint"] = Fingerprint,
    });

    protected virtual JsonObject Message(Written written) => written.Complete(new JsonObject
    {
        ["role"] = "assistant", ["content"] = written is { Text: "", Calls.Count: > 0 } ? null : written.Text,
    });

    protected virtual JsonObject Count(Usage usage) => new()
    {
        ["prompt_tokens"] = usage.PromptTokens, ["completion_tokens"] = usage.CompletionTokens, ["total_tokens"] = usage.PromptTokens
        + usage.CompletionTokens,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedTokens },
    };

    protected virtual JsonObject Chunk(Reply reply, JsonObject? choice) => new()
    {
        ["id"] = reply.Id, ["object"] = reply.Chat ? "chat.completion.chunk" : "text_completion", ["created"] = reply.Created,
        ["model"] = reply.Model,
        ["system_fingerprint"] = Fingerprint, ["choices"] = choice is null ? [] : new JsonArray(choice),
    };

    protected static string Coded(string message, string type, string? param, JsonNode? code) => WireJson.Compact(new JsonObject
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = param, ["code"] = code },
    });

    protected static bool Is(CompletionRequest request, string role) => request.Messages.Any(message =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var name) && name.ValueEquals(role));

    protected string Date => Clock.GetUtcNow().ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Closing(HttpRequest request) => request.WantsClose ? ["Connection: close"] : [];
}
