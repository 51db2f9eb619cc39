using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// What one kind of server does differently from the others. A new kind is one more class like this and its line in
/// <see cref="ProfileTable"/>.
/// </summary>
internal abstract class Profile
{
    /// <summary>What it has if the options name no models: this and, where one model does not do everything, more.</summary>
    public abstract SimulatedModel DefaultModel { get; }

    public virtual IReadOnlyList<SimulatedModel> DefaultModels => [DefaultModel];

    public abstract OverflowShape Overflow { get; }

    public abstract HangUps HangUps(bool streamed);

    public virtual Stops Stops(IReadOnlyList<string> stops, Tokenizer tokenizer) =>
        new TextExactStops([.. stops.Where(stop => stop.Length > 0)]);

    /// <summary>Tokens at most if the request does not say; null for no bound.</summary>
    public virtual int? DefaultMaxTokens => null;

    /// <summary>Whether <c>grammar</c> is honoured.</summary>
    public virtual bool TakesGrammar => false;

    /// <summary>Whether <c>response_format</c> with a JSON schema is enforced.</summary>
    public virtual bool TakesSchema => false;

    /// <summary>How calls of tools are streamed.</summary>
    public virtual CallShape CallShape => CallShape.Fragmented;

    public virtual MalformedCalls MalformedCalls => MalformedCalls.Pass;

    public abstract ReasoningShape ReasoningShape { get; }

    /// <summary>Whether a padding token ends the generation.</summary>
    public virtual bool PadEnds => false;

    /// <summary>What shows when the thread that generates has died.</summary>
    public virtual Fault WhenDead => Fault.Wedge;

    /// <summary>For dates in heads and lists.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public virtual HeadTime HeadTime => HeadTime.AtOnce;

    /// <summary>Whether a token that waits makes a piece without text.</summary>
    public virtual bool SendsEmptyPieces => false;

    /// <summary>Whether comments go out by the clock while a prompt is read.</summary>
    public virtual bool PingsByClock => false;

    /// <summary>The answer's tokens as they leave the detokenizer.</summary>
    public virtual IReadOnlyList<string> Detokenized(IReadOnlyList<string> answer) => answer;

    /// <summary>The prompt as the model gets it.</summary>
    public virtual string Prompt(CompletionRequest request, FimFormat format) => request.Prompt;

    /// <summary>The request in the form that OpenAI gave it.</summary>
    public virtual CompletionRequest Read(HttpRequest http, bool chat, System.Text.Json.JsonElement json) => new(chat, json);

    /// <summary>Answers whatever is not a completion, a chat or embeddings.</summary>
    public abstract Task RouteAsync(Exchange exchange, ServerState server);

    /// <summary>Whether the route is a completion (false), a chat (true) or neither (null).</summary>
    public virtual bool? IsChat(HttpRequest request) => (request.Method, request.Path.Split('?')[0]) switch
    {
        ("POST", "/v1/chat/completions") => true,
        ("POST", "/v1/completions") => false,
        _ => null,
    };

    /// <summary>Whether the route gives embeddings.</summary>
    public virtual bool IsEmbeddings(HttpRequest request) => (request.Method, request.Path.Split('?')[0]) is ("POST", "/v1/embeddings");

    /// <summary>Whether the route makes a model work.</summary>
    public bool IsWork(HttpRequest request) => IsChat(request) is not null || IsEmbeddings(request);

    /// <summary>A reply with a JSON body.</summary>
    public abstract Head JsonHead(HttpRequest request, int status, string body);

    public abstract Head StreamHead(HttpRequest request);

    /// <summary>The head of a whole reply that a model has made.</summary>
    public virtual Head WorkHead(HttpRequest request, string body) => JsonHead(request, 200, body);

    /// <summary>What is wrong with the request, in the server's own words; null if nothing.</summary>
    public abstract Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server);

    /// <summary>The model that will answer, loaded if need be.</summary>
    public abstract Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange);

    /// <summary>The model for embeddings, loaded if need be.</summary>
    public virtual Task<(SimulatedModel? Model, Refusal? Refusal)> EmbedderAsync(string? id, ServerState server, Exchange exchange) =>
        Task.FromResult<(SimulatedModel?, Refusal?)>((null, new Refusal(404, Error(404, "Not Found"))));

    /// <summary>Whether vectors come as base64 where that is asked for.</summary>
    public virtual bool EmbedsBase64 => true;

    /// <summary>The body of a reply that holds embeddings.</summary>
    /// <param name="vectors">Each as an array of numbers or as text in base64.</param>
    public virtual string Embedded(SimulatedModel model, IReadOnlyList<JsonNode> vectors, int tokens) => WireJson.Compact(new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray(
            [.. vectors.Select((vector, index) => new JsonObject { ["object"] = "embedding", ["embedding"] = vector, ["index"] = index })]),
        ["model"] = model.Id,
        ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
    });

    public abstract string Error(int status, string message);

    /// <summary>The key that it needs if the options name none; null for none.</summary>
    public virtual string? RequiredKey => null;

    /// <summary>What a request without the key, or with a wrong one, gets.</summary>
    public virtual Refusal WrongKey(bool given) => new(401, Error(401, "Invalid API Key"));

    /// <summary>The words for a server that has more to do than it takes.</summary>
    public virtual Refusal Busy() => new(503, Error(503, "server busy, please try again.  maximum pending requests exceeded"));

    /// <summary>The model's name in replies, an id for this one, and whatever else stays the same in all its chunks.</summary>
    public abstract Reply NewReply(CompletionRequest request, SimulatedModel model, long created);

    /// <summary>What goes out with the first text of a stream, before it; none by default.</summary>
    public virtual string First(Reply reply) => "";

    /// <summary>
    /// The event that carries a piece of a completion's text. Usage is known where the piece is the last before a stop, or where the
    /// request wants it each time.
    /// </summary>
    public abstract string Piece(Reply reply, string text, Usage? usage);

    /// <summary>The event that carries a delta of a chat.</summary>
    /// <param name="first">Whether it is the stream's first one.</param>
    public abstract string Delta(Reply reply, JsonObject delta, Usage? usage, bool first);

    public virtual string NewCallId() => "call_" + Guid.NewGuid().ToString("n")[..24];

    /// <summary>One entry of <c>tool_calls</c>.</summary>
    /// <param name="first">Whether it is the call's first; the name and the id come with it.</param>
    public virtual JsonObject CallEntry(CallSegment call, string arguments, bool first, bool streamed)
    {
        var function = new JsonObject();
        var entry = new JsonObject();
        if (streamed)
        {
            entry["index"] = call.Number;
        }
        if (first)
        {
            (entry["id"], entry["type"], function["name"]) = (call.Id, "function", call.Call.Name);
        }
        function["arguments"] = arguments;
        entry["function"] = function;
        return entry;
    }

    /// <summary>The events that end a stream, each a chunk of its own.</summary>
    public abstract IEnumerable<string> Last(Reply reply, string? finish, Usage usage);

    /// <summary>The body of a reply that is not streamed.</summary>
    public abstract string Whole(Reply reply, Written written, string? finish, Usage usage);

    /// <summary>The comment that tells how far the prompt is read; none by default.</summary>
    public virtual string Progress(Prefilled step) => "";

    /// <summary>What a stream says when something breaks in its middle; empty if it just ends.</summary>
    public virtual string BrokenStream(CompletionRequest request) =>
        ErrorInStream(request, "The model has crashed without additional information. (Exit code: 6)");

    /// <summary>How an error reaches a stream whose head is out; empty if the stream just ends.</summary>
    public virtual string ErrorInStream(CompletionRequest request, string message) => "";

    /// <summary>What a reply that is not streamed says when something breaks while it is made.</summary>
    public virtual Refusal Broken() => Failed("The model has crashed without additional information. (Exit code: 6)");

    /// <summary>How an error is told that the server runs into with a request that is right.</summary>
    public virtual Refusal Failed(string message) => new(500, Error(500, message));

    /// <summary>A finish reason of its own that no specification knows.</summary>
    public virtual string OddReason => "eos_token_reached";

    /// <summary>A model whose load failed.</summary>
    public virtual Refusal LoadFailed(string id, string message) => Failed($"Failed to load model \"{id}\". {message}");

    /// <summary>How this server says that the prompt is too long, where that is a reply of its own.</summary>
    public virtual Refusal TooLong(int promptTokens, SimulatedModel model) => new(400, Error(400, "The prompt is too long."));
}

/// <summary>When the head of a stream goes out.</summary>
internal enum HeadTime
{
    /// <summary>Before the prompt waits for its slot.</summary>
    AtOnce,

    /// <summary>When the slot is there and before the prompt is read.</summary>
    BeforeReading,

    /// <summary>With the first text or comment.</summary>
    WithFirstText,
}

/// <summary>A reply that is an error.</summary>
/// <param name="Body">Null closes the connection without a byte.</param>
/// <param name="Hangs">Nothing ever comes.</param>
internal sealed record Refusal(int Status, string? Body, bool Hangs = false)
{
    public static Refusal Never { get; } = new(0, null, Hangs: true);
}

/// <summary>What all chunks of one reply share.</summary>
internal sealed record Reply(CompletionRequest Request, string Id, long Created, string Model)
{
    public bool Chat => Request.Chat;
}

/// <summary>What a reply holds that is not streamed.</summary>
/// <param name="ReasoningName">The name under which this server tells thoughts.</param>
internal sealed record Written(string Text, string Reasoning, string ReasoningName, IReadOnlyList<JsonObject> Calls)
{
    /// <summary>Adds thoughts and calls to a message, each only if there are any.</summary>
    public JsonObject Complete(JsonObject message)
    {
        if (Reasoning.Length > 0)
        {
            message[ReasoningName] = Reasoning;
        }
        if (Calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. Calls]);
        }
        return message;
    }
}

/// <summary>What a server makes of a call of a tool whose arguments do not parse.</summary>
internal enum MalformedCalls
{
    Pass,

    /// <summary>It is gone without a word.</summary>
    Drop,

    /// <summary>The reply ends with an error.</summary>
    Break,
}

/// <summary>The JSON objects that two or more of the servers write alike.</summary>
internal static class Shapes
{
    public static string Event(string json) => $"data: {json}\n\n";

    public const string Done = "data: [DONE]\n\n";

    /// <summary>One entry of <c>choices</c>, in OpenAI's order.</summary>
    /// <param name="name"><c>text</c>, <c>delta</c> or <c>message</c>.</param>
    public static JsonObject Choice(string name, JsonNode value, string? finish = null) =>
        new() { ["index"] = 0, [name] = value, ["logprobs"] = null, ["finish_reason"] = finish };

    /// <summary>The entry of a stream's last chunk.</summary>
    public static JsonObject LastChoice(Reply reply, string? finish) =>
        reply.Chat ? Choice("delta", new JsonObject(), finish) : Choice("text", "", finish);

    public static JsonObject Error(int code, string message, string type) =>
        new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["type"] = type } };

    public static string Phrase(int status) => status switch
    {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        411 => "Length Required",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Unknown",
    };
}
