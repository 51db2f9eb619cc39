using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>What Ollama tells of its models on its own routes and on OpenAI's.</summary>
internal static class OllamaModels
{
    /// <summary>Status and body; null for a route that it does not know.</summary>
    public static (int Status, string Body)? Answer(Exchange exchange, ServerState server, Func<string?, Refusal> noModel)
    {
        switch (exchange.Request.Method, exchange.Request.Path.Split('?')[0])
        {
            case ("GET", "/"):
                return (200, "Ollama is running");
            case ("GET", "/api/version"):
                return (200, """{"version":"0.12.11"}""");
            case ("GET", "/v1/models"):
                return (200, WireJson.Compact(new JsonObject
                {
                    ["object"] = "list",
                    ["data"] = Each(server.Models, model =>
                        new JsonObject { ["id"] = model.Id, ["object"] = "model", ["created"] = 1_795_000_000, ["owned_by"] = "library" }),
                }));
            case ("GET", "/api/tags"):
                return (200, WireJson.Compact(new JsonObject { ["models"] = Each(server.Models, Tag) }));
            case ("GET", "/api/ps"):
                return (200, WireJson.Compact(
                    new JsonObject { ["models"] = Each(server.Models.Where(model => model.Loaded), model => Running(model, server)) }));
            case ("POST", "/api/show"):
                var id = exchange.Record.Json is { } json
                && (json.TryGetProperty("model", out var name) || json.TryGetProperty("name", out name)) ? name.ToString() : null;
                return server.Find(id) is { } model ? (200, WireJson.Compact(Show(model))) : (noModel(id).Status,
                    WireJson.Compact(new JsonObject { ["error"] = $"model '{id}' not found" }));
            default:
                return null;
        }
    }

    private static JsonArray Each(IEnumerable<SimulatedModel> models, Func<SimulatedModel, JsonNode> entry) =>
        new([.. models.Select(entry)]);

    private static JsonObject Tag(SimulatedModel model) => new()
    {
        ["name"] = model.Id, ["model"] = model.Id, ["modified_at"] = "2026-11-01T08:00:00.000000000Z", ["size"] = 4_683_087_332,
        ["digest"] = "dae161e27b0e90dd1856c8bb3209201fd6736d8eb66298e75ed87571486f4364", ["details"] = Details(model),
    };

    private static JsonObject Running(SimulatedModel model, ServerState server)
    {
        var entry = Tag(model);
        entry["expires_at"] = server.Options.Clock.GetUtcNow().AddMinutes(5).ToString("o", CultureInfo.InvariantCulture);
        entry["size_vram"] = 4_683_087_332;
        entry["context_length"] = model.ContextTokens;
        return entry;
    }

    private static JsonObject Show(SimulatedModel model)
    {
        var fim = FimFormats.Of(model);
        List<string> capabilities = model.Type == "embeddings" ? ["embedding"] : ["completion"];
        if (model.Type == "llm" && model.Tools)
        {
            capabilities.Add("tools");
        }
        if (model.Type == "llm" && fim.Parts.Count > 0)
        {
            capabilities.Add("insert");
        }
        return new JsonObject
        {
            ["modelfile"] = "# Modelfile",
            ["template"] = fim.Parts.Count > 0
            ? "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{- else }}{{ .Prompt }}{{- end }}"
            : "{{ .Prompt }}",
            ["details"] = Details(model),
            ["model_info"] = new JsonObject { ["general.architecture"] = "qwen2", ["qwen2.context_length"] = model.MaxContextTokens,
                ["qwen2.embedding_length"] = 3584 },
            ["capabilities"] = new JsonArray([.. capabilities.Select(capability => (JsonNode)capability)]),
            ["modified_at"] = "2026-11-01T08:00:00.000000000Z",
        };
    }

    private static JsonObject Details(SimulatedModel model) => new()
    {
        ["parent_model"] = "", ["format"] = "gguf", ["family"] = model.Type == "llm" ? "qwen2" : "nomic-bert",
        ["families"] = new JsonArray("qwen2"),
        ["parameter_size"] = "7.6B", ["quantization_level"] = "Q4_K_M",
    };
}
