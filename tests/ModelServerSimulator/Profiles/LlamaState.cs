using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>What llama-server tells of itself: its model, its slots, its counters.</summary>
internal static class LlamaState
{
    public static JsonNode Answer(Exchange exchange, ServerState server, SimulatedModel model) =>
        (exchange.Request.Method, exchange.Request.Path.Split('?')[0]) switch
    {
        ("GET", "/health" or "/v1/health") => new JsonObject { ["status"] = "ok" },
        ("GET", "/v1/models" or "/models") => ModelList(model),
        ("GET", "/props") => Props(model),
        ("GET", "/slots") => Slots(model, server),
        ("POST", "/tokenize") => Tokens(exchange, model),
        _ => new JsonObject { ["error"] = new JsonObject { ["message"] = "File Not Found", ["type"] = "not_found_error", ["code"] = 404 } },
    };

    /// <summary>The two gauges that tell how busy it is, and the counters that stand before them.</summary>
    public static string Metrics(SimulatedModel model, ServerState server)
    {
        var requests = server.Engine.Log.Completions;
        (string Name, string Kind, double Value)[] metrics =
        [
            ("prompt_tokens_total", "counter", requests.Sum(request => request.PrefilledTokens)),
            ("tokens_predicted_total", "counter", requests.Sum(request => request.TokensProduced)),
            ("requests_processing", "gauge", server.Engine.Busy(model).Count(busy => busy)),
            ("requests_deferred", "gauge", server.Engine.Log.Waiting),
        ];
        return string.Concat(metrics.Select(metric =>
            $"# HELP llamacpp:{metric.Name} {metric.Name}\n# TYPE llamacpp:{metric.Name} {metric.Kind}\n"
            + FormattableString.Invariant($"llamacpp:{metric.Name} {metric.Value}\n")));
    }

    private static JsonObject ModelList(SimulatedModel model) => new()
    {
        ["models"] = new JsonArray(new JsonObject
        {
            ["name"] = model.Id, ["model"] = model.Id, ["modified_at"] = "", ["size"] = "", ["digest"] = "", ["type"] = "model",
            ["description"] = "",
            ["tags"] = new JsonArray(""), ["capabilities"] = new JsonArray("completion"), ["parameters"] = "",
            ["details"] = new JsonObject
            {
                ["parent_model"] = "", ["format"] = "gguf", ["family"] = "", ["families"] = new JsonArray(""), ["parameter_size"] = "",
                ["quantization_level"] = "",
            },
        }),
        ["object"] = "list",
        ["data"] = new JsonArray(new JsonObject
        {
            ["id"] = model.Id, ["aliases"] = new JsonArray(model.Id), ["tags"] = new JsonArray(), ["object"] = "model",
            ["created"] = 1795233254,
            ["owned_by"] = "llamacpp",
            ["meta"] = Meta(model),
        }),
    };

    public static JsonObject Meta(SimulatedModel model) => new()
    {
        ["vocab_type"] = 2, ["n_vocab"] = 151936, ["n_ctx"] = model.ContextTokens, ["n_ctx_train"] = model.MaxContextTokens,
        ["n_embd"] = 896, ["n_params"] = 630167424, ["size"] = 485452288, ["ftype"] = "Q4_K - Medium",
    };

    /// <summary>The keys that a client reads; the sampling parameters of the real reply are left out.</summary>
    private static JsonObject Props(SimulatedModel model) => new()
    {
        ["default_generation_settings"] = new JsonObject { ["params"] = new JsonObject(), ["n_ctx"] = model.ContextTokens },
        ["total_slots"] = model.Slots,
        ["model_alias"] = model.Id,
        ["model_path"] = $"/models/{model.Id}.gguf",
        ["modalities"] = new JsonObject { ["vision"] = false, ["audio"] = false },
        ["chat_template"] = (model.Tools ? "{%- if tools %}{{ tools | tojson }}<tool_call></tool_call>{%- endif %}" : "")
        + "{% for message in messages %}{{ message.content }}{% endfor %}",
        ["is_sleeping"] = false,
    };

    private static JsonArray Slots(SimulatedModel model, ServerState server) => new([.. server.Engine.Busy(model).Select((busy, id) =>
        (JsonNode)new JsonObject { ["id"] = id, ["n_ctx"] = model.ContextTokens, ["speculative"] = false, ["is_processing"] = busy })]);

    private static JsonObject Tokens(Exchange exchange, SimulatedModel model) => new()
    {
        ["tokens"] = new JsonArray([.. new Tokenizer(FimFormats.Of(model))
            .Split(exchange.Record.Json is { } json && json.TryGetProperty("content", out var content) ? content.ToString() : "")
            .Select(token => (JsonNode)(int)(token.Aggregate(2166136261, (sum, character) => (sum ^ character) * 16777619) % 151_000))]),
    };
}
