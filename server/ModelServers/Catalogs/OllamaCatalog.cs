using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.Families;

namespace Assistant.ModelServers.Catalogs;

/// <summary>
/// Ollama: <c>/api/tags</c> lists the pulled models, <c>/api/ps</c> the loaded ones, <c>/api/show</c> a model's abilities. None of them
/// loads a model.
/// </summary>
internal static class OllamaCatalog
{
    // Each costs one request; the other models get their facts from their names.
    private const int MaxShown = 40;

    private const int MaxConcurrent = 4;

    public static async Task<IReadOnlyList<CatalogModel>> ReadAsync(ServerQuestions server, FamilyTable families, CancellationToken token)
    {
        var pulled = (await server.AskRootAsync("api/tags", token)).Json.Items("models").Where(model => Name(model) is not null).ToArray();
        var running = (await server.AskRootAsync("api/ps", token)).Json.Items("models")
            .Where(model => Name(model) is not null)
            .ToLookup(model => Name(model)!);
        var shown = await ShowAsync(pulled, server, token);
        return [
            .. from model in pulled
               let name = Name(model)!
               select Entry(model, running[name].FirstOrDefault(), shown.GetValueOrDefault(name)).Build(families),
        ];
    }

    private static CatalogEntry Entry(JsonElement model, JsonElement running, JsonElement shown)
    {
        var name = Name(model)!;
        var can = Capabilities(shown) ?? Capabilities(model);
        var loaded = running.ValueKind == JsonValueKind.Object;
        return new CatalogEntry(name)
        {
            State = loaded ? LoadState.Loaded : LoadState.NotLoaded,
            OtherName = model.Member("details")?.Text("family"),
            Template = shown.ValueKind == JsonValueKind.Object ? shown.Text("template") : null,
            Embedding = can is null ? null : can.Contains("embedding") && !can.Contains("completion"),
            Tools = can?.Contains("tools"),
            Vision = can?.Contains("vision"),
            Reasoning = can?.Contains("thinking"),
            // Ollama's own engine for MLX models ignores a schema.
            Schema = model.Member("details")?.Text("format") is "gguf",
            // Ollama truncates a longer prompt and reports no error.
            LoadedContextTokens = loaded ? running.Number("context_length") ?? OwnContext(shown) : null,
            MaxContextTokens = MaxContext(shown),
            Quantization = model.Member("details")?.Text("quantization_level"),
        };
    }

    private static async Task<Dictionary<string, JsonElement>> ShowAsync(
        JsonElement[] pulled, ServerQuestions server, CancellationToken token)
    {
        var shown = new Dictionary<string, JsonElement>();
        foreach (var some in pulled.Take(MaxShown).Chunk(MaxConcurrent))
        {
            var answers = await Task.WhenAll(some.Select(async model => (
                Name: Name(model)!,
                Answer: await server.AskOnceAsync(
                    $"show {Name(model)} {model.Text("digest")}", "api/show", new JsonObject { ["model"] = Name(model) }, token))));
            foreach (var (name, answer) in answers.Where(one => one.Answer.Ok))
            {
                shown[name] = answer.Json;
            }
        }
        return shown;
    }

    private static string? Name(JsonElement model) => model.Text("model") ?? model.Text("name");

    private static HashSet<string>? Capabilities(JsonElement model) =>
        model.Member("capabilities") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => item.ToString())]
            : null;

    /// <summary>The member <c>&lt;architecture&gt;.context_length</c>, for any architecture.</summary>
    private static int? MaxContext(JsonElement shown) =>
        shown.Member("model_info") is { ValueKind: JsonValueKind.Object } facts
                && facts.EnumerateObject().FirstOrDefault(fact => fact.Name.EndsWith(".context_length", StringComparison.Ordinal))
                    is { Value.ValueKind: JsonValueKind.Number } fact
            && fact.Value.TryGetInt32(out var tokens)
            ? tokens
            : null;

    /// <summary>The Modelfile's <c>num_ctx</c>; the reply lists the parameters as lines of text.</summary>
    private static int? OwnContext(JsonElement shown) =>
        (shown.Text("parameters") ?? "").Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["num_ctx", _])
            .Select(words => int.TryParse(words[1], CultureInfo.InvariantCulture, out var tokens) ? tokens : (int?)null)
            .FirstOrDefault();
}
