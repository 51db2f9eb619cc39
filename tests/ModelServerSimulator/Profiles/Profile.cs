using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>What one kind of server does differently from the others. A new kind is one more class like this and its line in <see cref="ProfileTable"/>.</summary>
internal abstract class Profile
{
    /// <summary>What it has if the options name no models.</summary>
    public abstract SimulatedModel DefaultModel { get; }

    public abstract OverflowShape Overflow { get; }

    public abstract HangUps HangUps(bool streamed);

    public abstract Stops Stops(IReadOnlyList<string> stops, Tokenizer tokenizer);

    /// <summary>Tokens at most if the request does not say; null for no bound.</summary>
    public virtual int? DefaultMaxTokens => null;

    /// <summary>Whether <c>grammar</c> is honoured.</summary>
    public virtual bool TakesGrammar => false;

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

    /// <summary>Answers whatever is not a completion or a chat.</summary>
    public abstract Task RouteAsync(Exchange exchange, ServerState server);

    /// <summary>Whether the route is a completion (false), a chat (true) or neither (null).</summary>
    public abstract bool? IsChat(HttpRequest request);

    /// <summary>A reply with a JSON body.</summary>
    public abstract Head JsonHead(HttpRequest request, int status, string body);

    public abstract Head StreamHead(HttpRequest request);

    /// <summary>What is wrong with the request, in the server's own words; null if nothing.</summary>
    public abstract Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server);

    /// <summary>The model that will answer, loaded if need be.</summary>
    public abstract Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server, Exchange exchange);

    public abstract string Error(int status, string message);

    /// <summary>The model's name in replies, an id for this one, and whatever else stays the same in all its chunks.</summary>
    public abstract Reply NewReply(CompletionRequest request, SimulatedModel model, long created);

    /// <summary>What goes out with the first text of a stream, before it; none by default.</summary>
    public virtual string First(Reply reply) => "";

    /// <summary>The event that carries a piece of text. Usage is known where the piece is the last before a stop, or where the request wants it each time.</summary>
    public abstract string Piece(Reply reply, string text, Usage? usage);

    /// <summary>The events that end a stream, each a chunk of its own.</summary>
    public abstract IEnumerable<string> Last(Reply reply, string? finish, Usage usage);

    /// <summary>The body of a reply that is not streamed.</summary>
    public abstract string Whole(Reply reply, string text, string? finish, Usage usage);

    /// <summary>The comment that tells how far the prompt is read; none by default.</summary>
    public virtual string Progress(Prefilled step) => "";

    /// <summary>What a stream says when something breaks in its middle; empty if it just ends.</summary>
    public virtual string BrokenStream() => "";

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

/// <summary>The JSON objects that two or more of the servers write alike.</summary>
internal static class Shapes
{
    public static string Event(string json) => $"data: {json}\n\n";

    public const string Done = "data: [DONE]\n\n";

    public static JsonObject Error(int code, string message, string type) =>
        new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["type"] = type } };

    public static string Phrase(int status) => status switch
    {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        411 => "Length Required",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Unknown",
    };
}
