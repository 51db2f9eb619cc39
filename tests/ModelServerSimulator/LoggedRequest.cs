using System.Text;
using System.Text.Json;

namespace ModelServerSimulator;

/// <summary>One request as it came, and what became of it.</summary>
public sealed class LoggedRequest
{
    private readonly RequestLog log;
    private readonly TimeProvider clock;
    private bool left;
    private bool delivering;

    internal LoggedRequest(RequestLog log, TimeProvider clock, HttpRequest request)
    {
        this.log = log;
        this.clock = clock;
        Method = request.Method;
        Path = request.Path;
        Head = request.Head;
        RawBody = request.Body;
        HasContentLength = request.Header("Content-Length") is not null;
        IsChunked = request.IsChunked;
        Json = Parse(request.Body);
        ArrivedAt = clock.GetTimestamp();
    }

    public string Method { get; }

    /// <summary>The target as it was sent, with its query.</summary>
    public string Path { get; }

    /// <summary>Request line and headers as they were sent.</summary>
    public string Head { get; }

    public ReadOnlyMemory<byte> RawBody { get; }

    public string Body => Encoding.UTF8.GetString(RawBody.Span);

    /// <summary>The body, if it is a JSON object.</summary>
    public JsonElement? Json { get; }

    public bool IsCompletion => Method == "POST" && Path.Split('?')[0] is var path
        && (path.EndsWith("completions", StringComparison.Ordinal) || path == "/api/generate");

    public bool IsEmbeddings => Method == "POST" && Path.Split('?')[0].EndsWith("/embeddings", StringComparison.Ordinal);

    public bool HasContentLength { get; }

    public bool IsChunked { get; }

    /// <summary>Whether a null stands anywhere in the body; mlx_lm.server refuses such requests.</summary>
    public bool HasNulls => Json is { } json && HoldsNull(json);

    public bool HasSuffix => Field("suffix") is not null;

    public string? Prompt => Text("prompt");

    public string? Model => Text("model");

    public bool Stream => Field("stream") is { ValueKind: JsonValueKind.True };

    public int? MaxTokens =>
        Field("max_tokens") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var tokens) ? tokens : null;

    public IReadOnlyList<string> Stops => Field("stop") switch
    {
        { ValueKind: JsonValueKind.String } stop => [stop.GetString()!],
        { ValueKind: JsonValueKind.Array } stops => [.. stops.EnumerateArray().Select(stop => stop.ToString())],
        _ => [],
    };

    /// <summary>Whether <c>stop</c> holds what is no string.</summary>
    public bool HasOddStop => Field("stop") is { } stop
        && (stop.ValueKind == JsonValueKind.Array
            ? stop.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String) : stop.ValueKind != JsonValueKind.String);

    /// <summary>Stops that are not one special token; mlx_lm.server must never get such.</summary>
    public IReadOnlyList<string> TextualStops => [.. Stops.Where(stop => !FimFormats.LooksSpecial(stop))];

    /// <summary>When it had arrived, as a timestamp of the clock.</summary>
    public long ArrivedAt { get; }

    public int PromptTokens { get; private set; }

    /// <summary>Prompt tokens that a former request had left in the cache, whether the server tells it or not.</summary>
    public int CachedTokens { get; private set; }

    /// <summary>Prompt tokens that were really read for it so far.</summary>
    public int PrefilledTokens { get; private set; }

    public bool PrefillFinished { get; private set; }

    public int TokensProduced { get; private set; }

    /// <summary>Pieces of text that were written to the socket.</summary>
    public int PiecesSent { get; private set; }

    /// <summary>The text that was sent so far, or the whole reply's.</summary>
    public string SentText { get; private set; } = "";

    /// <summary>The status of the reply; 0 as long as no head was sent.</summary>
    public int Status { get; private set; }

    /// <summary>Why the generation ended; null while it runs and if it was given up.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>When the client hung up, as a timestamp of the clock; null if it did not, or only after the reply had ended.</summary>
    public long? PeerClosedAt { get; private set; }

    public bool PeerClosedFirst => PeerClosedAt is not null;

    /// <summary>What had been generated when the client hung up; whatever <see cref="TokensProduced"/> counts more came unseen.</summary>
    public int TokensWhenClosed { get; private set; }

    public bool PrefillFinishedWhenClosed { get; private set; }

    /// <summary>Answered, given up or refused: nothing more comes.</summary>
    public bool Ended { get; private set; }

    public Task ProducedAsync(int tokens, CancellationToken token = default) => log.WhenAsync(() => TokensProduced >= tokens, token);

    public Task SentAsync(int pieces, CancellationToken token = default) => log.WhenAsync(() => PiecesSent >= pieces, token);

    public Task PeerClosedAsync(CancellationToken token = default) => log.WhenAsync(() => PeerClosedFirst, token);

    public Task EndedAsync(CancellationToken token = default) => log.WhenAsync(() => Ended, token);

    internal void Planned(int prompt, int cached) => log.Change(() => (PromptTokens, CachedTokens) = (prompt, cached));

    internal void Read(int tokens, bool finished) => log.Change(() => (PrefilledTokens, PrefillFinished) = (tokens, finished));

    internal void Produced() => log.Change(() => TokensProduced++);

    internal void Finished(string reason) => log.Change(() => FinishReason = reason);

    internal void Sent(string text) => log.Change(() => (PiecesSent, SentText) = (PiecesSent + 1, SentText + text));

    internal void Answered(int status) => log.Change(() => Status = status);

    /// <summary>From here on a hang-up is no interruption: the client may have got the last byte.</summary>
    internal void Delivering() => log.Change(() => delivering = true);

    internal void End()
    {
        Leave();
        log.Change(() => Ended = true);
    }

    /// <summary>Whoever learns of the hang-up from the log can rely on the token being cancelled.</summary>
    internal async Task PeerClosedAsync(CancellationTokenSource gone)
    {
        var now = clock.GetTimestamp();
        var cancelling = Task.CompletedTask;
        log.Change(() =>
        {
            if (!Ended && !delivering && PeerClosedAt is null)
            {
                (PeerClosedAt, TokensWhenClosed, PrefillFinishedWhenClosed) = (now, TokensProduced, PrefillFinished);
            }
            cancelling = gone.CancelAsync();
        });
        Leave();
        await cancelling;
    }

    private void Leave()
    {
        if (!Interlocked.Exchange(ref left, true))
        {
            log.Left(this);
        }
    }

    private JsonElement? Field(string name) =>
        Json is { } json && json.TryGetProperty(name, out var value) ? value : null;

    private string? Text(string name) => Field(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool HoldsNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Object => element.EnumerateObject().Any(property => HoldsNull(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HoldsNull),
        _ => false,
    };

    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
