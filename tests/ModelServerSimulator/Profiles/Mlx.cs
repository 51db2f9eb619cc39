using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// mlx_lm.server: HTTP/1.0, every reply ends with its connection. 0.32.2 is held to the replies in
/// <c>tests/fixtures/captures/mlx_lm.server-0.32.2</c>, the others to what their source says.
/// </summary>
internal sealed class Mlx(MlxVersion version) : Profile
{
    public override SimulatedModel DefaultModel { get; } =
        new("mlx-community/Qwen2.5-Coder-7B-Instruct-4bit") { ContextTokens = 32768, Slots = version.Early ? 1 : 8 };

    /// <summary>It knows no bound; a prompt beyond what the model was trained on makes nonsense.</summary>
    public override OverflowShape Overflow => OverflowShape.Truncated;

    public override int? DefaultMaxTokens => 512;

    public override HeadTime HeadTime => HeadTime.BeforeReading;

    public override ReasoningShape ReasoningShape => version.Early ? ReasoningShape.ThinkTags : ReasoningShape.Reasoning;

    public override CallShape CallShape => CallShape.OneShot;

    public override MalformedCalls MalformedCalls => MalformedCalls.Drop;

    public override bool IsEmbeddings(HttpRequest request) => false;

    public override Fault WhenDead => version.DiesLoudly ? Fault.DeadGenerationThread : Fault.Wedge;

    /// <summary>
    /// A hang-up is noticed by what is written: comments while the prompt is read, then tokens; never where nothing is streamed.
    /// </summary>
    public override HangUps HangUps(bool streamed) => new(WhileReading: !version.Early, AtAll: streamed, ReadingStep: 2048);

    public override Stops Stops(IReadOnlyList<string> stops, Tokenizer tokenizer)
    {
        var sequences = stops.Where(stop => stop.Length > 0 || version.Stops == MlxStops.DeletingAndEmpty)
            .Select(tokenizer.Split).ToArray();
        return version.Stops == MlxStops.TokenAligned ? new TokenAlignedStops(sequences) : new DeletingStops(sequences);
    }

    /// <summary>The streaming detokenizer strips one space from the start of the answer.</summary>
    public override IReadOnlyList<string> Detokenized(IReadOnlyList<string> answer) =>
        answer.Count > 0 && answer[0].StartsWith(' ') ? [answer[0][1..], .. answer.Skip(1)] : answer;

    public override bool? IsChat(HttpRequest request) => (request.Method, request.Path) switch
    {
        ("POST", "/v1/chat/completions" or "/chat/completions") => true,
        ("POST", "/v1/completions") => false,
        _ => null,
    };

    public override Head JsonHead(HttpRequest request, int status, string body) => new(status, Keeps: false,
    [
        .. Start(status), "Content-type: application/json", .. Cors,
        // Only a whole completion tells its length.
        .. status == 200 && IsChat(request) is not null ? (string[])[$"Content-Length: {Encoding.UTF8.GetByteCount(body)}"] : [],
    ]);

    public override Head StreamHead(HttpRequest request) => new(200, Keeps: false,
        [.. Start(200), "Content-type: text/event-stream", "Cache-Control: no-cache", .. Cors]);

    public override async Task RouteAsync(Exchange exchange, ServerState server)
    {
        var request = exchange.Request;
        var (status, body) = (request.Method, request.Path) switch
        {
            ("GET", "/health") => (200, """{"status": "ok"}"""),
            ("GET", _) when request.Path.StartsWith("/v1/models", StringComparison.Ordinal) => (200, ModelList(request.Path, server)),
            ("OPTIONS", _) => (204, ""),
            ("HEAD", _) => (501, ""),
            _ => (404, "Not Found"),
        };
        await exchange.ReplyAsync(status == 501 ? NoMethod(request) : JsonHead(request, status, body), body);
    }

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server)
    {
        if (http.Header("Content-Length") is null)
        {
            return version.Early ? Closed : new Refusal(411, Error(411, "Content-Length header is required"));
        }
        if (request is null)
        {
            return CompletionRequest.Parses(http.Body)
                ? version.Early ? Closed : new Refusal(400, Error(400, "Request should be a JSON dictionary"))
                : new Refusal(400, Error(400, "Invalid JSON in request body: Expecting value: line 2 column 1 (char 10)"));
        }
        if (MlxParameters.Wrong(request) is { } wrong)
        {
            return BadParameter(wrong);
        }
        if (request.Field(request.Chat ? "messages" : "prompt") is null)
        {
            return BadParameter(request.Chat ? "Request did not contain messages" : "Request did not contain a prompt");
        }
        if (request.Messages.Any(CompletionRequest.HoldsOtherThanText))
        {
            return NotFound("Only 'text' content type is supported.");
        }
        if (request.Messages.Any(CompletionRequest.HoldsBrokenArguments))
        {
            return NotFound("Expecting value: line 1 column 10 (char 9)");
        }
        if (request.HasOddStop)
        {
            // Raises where nothing catches it, in the only thread that generates.
            server.Engine.Die();
            return version.DiesLoudly ? NotFound("generation thread died") : Refusal.Never;
        }
        return null;
    }

    /// <summary>
    /// Any name but the default's is loaded in place of the present model, which is dropped first: a wrong one leaves nothing loaded.
    /// </summary>
    public override async Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange)
    {
        var wanted = request.Model is null or "default_model" ? server.Models[0] : server.Find(request.Model);
        if (wanted is { Loaded: true })
        {
            return (wanted, null);
        }
        await DropAllAsync();
        return wanted is null
            ? (null, NotFound("404 Client Error. Repository Not Found for url: https://huggingface.co/api/models/" + request.Model + "."))
            : (await server.LoadAsync(wanted, exchange, DropAllAsync), null);

        // What runs is drained first.
        async Task DropAllAsync()
        {
            foreach (var other in server.Models.Where(model => model.Loaded && model.Id != wanted?.Id).ToArray())
            {
                await server.IdleAsync(other.Id, exchange.Stop);
                server.Unload(other.Id);
            }
        }
    }

    public override string Error(int status, string message) => WireJson.Python(new JsonObject { ["error"] = message });

    public override Reply NewReply(CompletionRequest request, SimulatedModel model, long created) =>
        new(request, (request.Chat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid(), created, request.Model ?? "default_model");

    public override string Progress(Prefilled step) => $": keepalive {step.Done}/{step.Total}\n\n";

    public override string Piece(Reply reply, string text, Usage? usage) =>
        Shapes.Event(WireJson.Python(Packet(reply, new Written(text, "", "", []), null, streamed: true)));

    public override string Delta(Reply reply, JsonObject delta, Usage? usage, bool first)
    {
        var whole = new JsonObject { ["role"] = "assistant" };
        if (version.Early)
        {
            (whole["content"], whole["tool_calls"]) = ("", new JsonArray());
        }
        foreach (var (name, value) in delta)
        {
            whole[name] = value?.DeepClone();
        }
        return Shapes.Event(WireJson.Python(Envelope(reply, "chat.completion.chunk",
            new JsonArray(new JsonObject { ["index"] = 0, ["finish_reason"] = null, ["delta"] = whole }))));
    }

    public override string NewCallId() => Guid.NewGuid().ToString();

    public override JsonObject CallEntry(CallSegment call, string arguments, bool first, bool streamed)
    {
        var entry = new JsonObject
        {
            ["function"] = new JsonObject { ["name"] = call.Call.Name, ["arguments"] = arguments }, ["type"] = "function",
            ["id"] = version.Early ? null : call.Id,
        };
        if (streamed && !version.Early)
        {
            entry["index"] = call.Number;
        }
        return entry;
    }

    /// <summary>
    /// In the usual, batched way an error while it generates kills the only thread for it, so a stream just ends where a thread of its own
    /// served it.
    /// </summary>
    public override Refusal Broken() => Closed;

    public override Refusal Failed(string message) => NotFound(message);

    public override Refusal LoadFailed(string id, string message) => NotFound(message);

    public override IEnumerable<string> Last(Reply reply, string? finish, Usage usage)
    {
        yield return Shapes.Event(WireJson.Python(Packet(reply, new Written("", "", "", []), finish, streamed: true)));
        if (reply.Request.Field("stream_options") is { ValueKind: JsonValueKind.Object } options)
        {
            if (!options.TryGetProperty("include_usage", out var wanted))
            {
                // The key is looked up unguarded: the handler dies here.
                yield break;
            }
            if (wanted.ValueKind == JsonValueKind.True)
            {
                var packet = Envelope(reply, "chat.completion", []);
                packet["usage"] = Count(usage);
                yield return Shapes.Event(WireJson.Python(packet));
            }
        }
        yield return Shapes.Done;
    }

    public override string Whole(Reply reply, Written written, string? finish, Usage usage)
    {
        var packet = Packet(reply, written, finish, streamed: false);
        packet["usage"] = Count(usage);
        return WireJson.Python(packet);
    }

    private JsonObject Packet(Reply reply, Written written, string? finish, bool streamed)
    {
        var text = written.Text;
        var choice = new JsonObject { ["index"] = 0, ["finish_reason"] = finish };
        if (!reply.Chat)
        {
            choice["text"] = text;
            return Envelope(reply, "text_completion", new JsonArray(choice));
        }
        var message = new JsonObject { ["role"] = "assistant" };
        if (text.Length > 0 || version.Early)
        {
            message["content"] = text;
        }
        else if (!streamed && version.KeepsEmptyContent)
        {
            message["content"] = null;
        }
        if (version.Early)
        {
            message["tool_calls"] = new JsonArray();
        }
        choice[streamed ? "delta" : "message"] = written.Complete(message);
        return Envelope(reply, streamed ? "chat.completion.chunk" : "chat.completion", new JsonArray(choice));
    }

    private JsonObject Envelope(Reply reply, string kind, JsonArray choices) => new()
    {
        ["id"] = reply.Id, ["system_fingerprint"] = version.Fingerprint, ["object"] = kind, ["model"] = reply.Model,
        ["created"] = reply.Created, ["choices"] = choices,
    };

    private JsonObject Count(Usage usage)
    {
        var count = new JsonObject
        {
            ["prompt_tokens"] = usage.PromptTokens, ["completion_tokens"] = usage.CompletionTokens, ["total_tokens"] = usage.PromptTokens
            + usage.CompletionTokens,
        };
        if (!version.Early)
        {
            count["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedTokens };
        }
        return count;
    }

    /// <summary>What lies in the hub's cache, loaded or not; a path below narrows it to one.</summary>
    private string ModelList(string path, ServerState server)
    {
        var only = path.Split('/') is { Length: > 3 } parts ? string.Join('/', parts[3..]) : null;
        return WireJson.Python(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. server.Models.Where(model => only is null || model.Id == only).Select(model =>
                (JsonNode)new JsonObject { ["id"] = model.Id, ["object"] = "model",
                    ["created"] = Clock.GetUtcNow().ToUnixTimeSeconds() })]),
        });
    }

    private string[] Start(int status) =>
        [$"HTTP/1.0 {status} {Shapes.Phrase(status)}", "Server: BaseHTTP/0.6 Python/3.11.7", $"Date: {Clock.GetUtcNow():R}"];

    private static readonly string[] Cors =
        ["Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *"];

    private Head NoMethod(HttpRequest request) => new(501, Keeps: false,
    [
        $"HTTP/1.0 501 Unsupported method ('{request.Method}')", .. Start(501)[1..], "Connection: close",
        "Content-Type: text/html;charset=utf-8", "Content-Length: 357",
    ]);

    private static Refusal Closed => new(0, null);

    private Refusal BadParameter(string message) => version.AnswersBadParameters ? new Refusal(400, Error(400, message)) : Closed;

    /// <summary>Whatever goes wrong before the generation starts is a 404 here.</summary>
    private Refusal NotFound(string message) => new(404, version.Early ? message : Error(404, message));
}
