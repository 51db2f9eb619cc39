using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// llama-server v0.5.0 without a model of its own (<c>--models-dir</c>); held to the replies in
/// <c>tests/fixtures/captures/llama-server-0.5.0-router</c>. A model is loaded by its first request, and by <c>/props?model=</c>; for room
/// it waits until what runs has ended.
/// </summary>
internal sealed class LlamaRouter : Profile
{
    private readonly LlamaCpp one = new();

    public override SimulatedModel DefaultModel { get; } = new("coder-a", "qwen") { ContextTokens = 4096, Loaded = false };

    public override IReadOnlyList<SimulatedModel> DefaultModels => [DefaultModel, DefaultModel with { Id = "coder-b" }];

    public override async Task RouteAsync(Exchange exchange, ServerState server)
    {
        var (path, query) = exchange.Request.Path.Split('?') is [var before, var after] ? (before, after) : (exchange.Request.Path, "");
        var named = query.Split('&').FirstOrDefault(part => part.StartsWith("model=", StringComparison.Ordinal))?["model=".Length..];
        switch (exchange.Request.Method, path)
        {
            case ("GET", "/v1/models" or "/models"):
                await JsonAsync(200, List(server));
                break;
            case ("POST", "/models/load"):
                await LoadAsync(Field("model"));
                break;
            case ("POST", "/models/unload"):
                await UnloadAsync(Field("model"));
                break;
            case ("GET", "/props") when named is null:
                await JsonAsync(200, Own(server));
                break;
            case ("GET", "/props" or "/slots" or "/metrics") or ("POST", "/tokenize"):
                var (model, refusal) = await FindAsync(named ?? Field("model"), server, exchange);
                await (model is null ? Completions.RefuseAsync(exchange, this, refusal!) : one.ProxiedAsync(exchange, server, model));
                break;
            default:
                await one.RouteAsync(exchange, server);
                break;
        }

        string? Field(string name) =>
            exchange.Record.Json is { } json && json.TryGetProperty(name, out var value) ? value.ToString() : null;

        async Task LoadAsync(string? id)
        {
            if (server.Find(id) is not { } wanted)
            {
                await JsonAsync(404, NotFound());
                return;
            }
            if (wanted.Loaded)
            {
                await JsonAsync(400, Shapes.Error(400, "model is already running", "invalid_request_error"));
                return;
            }
            // It answers at once and loads on.
            _ = LoadOnAsync(wanted);
            await JsonAsync(200, new JsonObject { ["success"] = true });
        }

        async Task LoadOnAsync(SimulatedModel wanted)
        {
            try
            {
                await server.LoadAsync(wanted, exchange, () => MakeRoomAsync(server, exchange.Stop));
            }
            catch (Exception e) when (e is LoadFailedException or OperationCanceledException)
            {
                // The list says that it is not loaded.
            }
        }

        async Task UnloadAsync(string? id)
        {
            if (server.Find(id) is { Loaded: true } running)
            {
                server.Unload(running.Id);
                await JsonAsync(200, new JsonObject { ["success"] = true });
                return;
            }
            await (server.Find(id) is null
                ? JsonAsync(404, NotFound())
                : JsonAsync(400, Shapes.Error(400, "model is not running", "invalid_request_error")));
        }

        Task JsonAsync(int status, JsonNode body)
        {
            var text = WireJson.Compact(body);
            var head = JsonHead(exchange.Request, status, text);
            return exchange.ReplyAsync(head, text);
        }
    }

    public override Task<(SimulatedModel? Model, Refusal? Refusal)> ModelAsync(CompletionRequest request, ServerState server,
        Exchange exchange) =>
        FindAsync(request.Model, server, exchange);

    public override async Task<(SimulatedModel? Model, Refusal? Refusal)> EmbedderAsync(string? id, ServerState server, Exchange exchange)
    {
        var (model, refusal) = await FindAsync(id, server, exchange);
        return model is null or { Type: "embeddings" } ? (model, refusal) : (null, LlamaCpp.NoEmbeddings);
    }

    public override Refusal? Refuse(HttpRequest http, CompletionRequest? request, ServerState server) => one.Refuse(http, request, server);

    /// <summary>Passed on from the process of the model, in chunks and with the connection's end told twice.</summary>
    public override Head WorkHead(HttpRequest request, string body) => new(200, Keeps: false,
    [
        "HTTP/1.1 200 OK", "Server: llama.cpp", "Access-Control-Allow-Origin: ", "Connection: close", "X-Accel-Buffering: no",
        "Content-Type: application/json; charset=utf-8", "Transfer-Encoding: chunked", "Connection: close",
    ]);

    public override Head StreamHead(HttpRequest request) => new(200, Keeps: false,
    [
        "HTTP/1.1 200 OK", "Server: llama.cpp", "Access-Control-Allow-Origin: ", "Connection: close", "X-Accel-Buffering: no",
        "Content-Type: text/event-stream", "Transfer-Encoding: chunked", "Connection: close",
    ]);

    public override OverflowShape Overflow => one.Overflow;

    public override bool TakesGrammar => true;

    public override bool TakesSchema => true;

    public override ReasoningShape ReasoningShape => one.ReasoningShape;

    public override MalformedCalls MalformedCalls => one.MalformedCalls;

    public override bool PadEnds => true;

    public override HeadTime HeadTime => HeadTime.WithFirstText;

    public override bool SendsEmptyPieces => true;

    public override bool IsEmbeddings(HttpRequest request) => one.IsEmbeddings(request);

    public override HangUps HangUps(bool streamed) => one.HangUps(streamed);

    public override Stops Stops(IReadOnlyList<string> stops, Tokenizer tokenizer) => one.Stops(stops, tokenizer);

    public override bool? IsChat(HttpRequest request) => one.IsChat(request);

    public override Head JsonHead(HttpRequest request, int status, string body) => one.JsonHead(request, status, body);

    public override string Error(int status, string message) => one.Error(status, message);

    public override string BrokenStream(CompletionRequest request) => one.BrokenStream(request);

    public override string ErrorInStream(CompletionRequest request, string message) => one.ErrorInStream(request, message);

    public override Refusal Broken() => one.Broken();

    public override Refusal TooLong(int promptTokens, SimulatedModel model) => one.TooLong(promptTokens, model);

    public override Reply NewReply(CompletionRequest request, SimulatedModel model, long created) => one.NewReply(request, model, created);

    public override string First(Reply reply) => one.First(reply);

    public override string Piece(Reply reply, string text, Usage? usage) => one.Piece(reply, text, usage);

    public override string Delta(Reply reply, JsonObject delta, Usage? usage, bool first) => one.Delta(reply, delta, usage, first);

    public override string NewCallId() => one.NewCallId();

    public override IEnumerable<string> Last(Reply reply, string? finish, Usage usage) => one.Last(reply, finish, usage);

    public override string Whole(Reply reply, Written written, string? finish, Usage usage) => one.Whole(reply, written, finish, usage);

    public override string Embedded(SimulatedModel model, IReadOnlyList<JsonNode> vectors, int tokens) =>
        one.Embedded(model, vectors, tokens);

    private async Task<(SimulatedModel? Model, Refusal? Refusal)> FindAsync(string? id, ServerState server, Exchange exchange)
    {
        if (id is null)
        {
            return (null, new Refusal(400, Error(400, "model name is missing from the request")));
        }
        return server.Find(id) is { } model
            ? (await server.LoadAsync(model, exchange, () => MakeRoomAsync(server, exchange.Stop)), null)
            : (null, new Refusal(400, Error(400, $"model '{id}' not found")));
    }

    /// <summary>Unloads what was loaded first, after its generations have ended.</summary>
    private static async Task MakeRoomAsync(ServerState server, CancellationToken stop)
    {
        while (server.Models.Where(model => model.Loaded).ToArray() is { Length: > 0 } loaded && loaded.Length >= server.Options.MaxLoaded)
        {
            await server.IdleAsync(loaded[0].Id, stop);
            server.Unload(loaded[0].Id);
        }
    }

    private static JsonObject NotFound() =>
        new() { ["error"] = new JsonObject { ["message"] = "File Not Found", ["type"] = "not_found_error", ["code"] = 404 } };

    private static JsonObject Own(ServerState server) => new()
    {
        ["role"] = "router", ["max_instances"] = server.Options.MaxLoaded, ["models_autoload"] = true, ["model_alias"] = "llama-server",
        ["model_path"] = "none",
        ["default_generation_settings"] = new JsonObject { ["params"] = null, ["n_ctx"] = 0 }, ["ui_settings"] = new JsonObject(),
        ["build_info"] = LlamaCpp.Fingerprint, ["cors_proxy_enabled"] = false,
    };

    private static JsonObject List(ServerState server) => new()
    {
        ["data"] = new JsonArray([.. server.Models.Select(model => (JsonNode)Entry(model, server.LoadingNow == model.Id))]),
        ["object"] = "list",
    };

    private static JsonObject Entry(SimulatedModel model, bool loading)
    {
        var file = $"router/{model.Id}.gguf";
        var entry = new JsonObject
        {
            ["id"] = model.Id, ["aliases"] = new JsonArray(), ["tags"] = new JsonArray(), ["object"] = "model", ["owned_by"] = "llamacpp",
            ["created"] = 1_795_236_246,
            ["status"] = new JsonObject
            {
                ["value"] = model.Loaded ? "loaded" : loading ? "loading" : "unloaded",
                ["args"] = new JsonArray(
                    "llama-server", "--host", "127.0.0.1", "--jinja", "--offline", "--port", model.Loaded ? "53359" : "0", "--alias",
                    model.Id,
                    "--ctx-size", $"{model.ContextTokens}", "--model", file, "--parallel", $"{model.Slots}", "--threads", "2"),
                ["preset"] =
                    $"[{model.Id}]\njinja = 1\noffline = 1\nctx-size = {model.ContextTokens}\nmodel = {file}\nparallel = {model.Slots}\n\n",
            },
            ["architecture"] =
                new JsonObject { ["input_modalities"] = new JsonArray("text"), ["output_modalities"] = new JsonArray("text") },
            ["source"] = "models_dir", ["can_remove"] = false,
        };
        if (model.Loaded)
        {
            entry["meta"] = LlamaState.Meta(model);
        }
        return entry;
    }
}
