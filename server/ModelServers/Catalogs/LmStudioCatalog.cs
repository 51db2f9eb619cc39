using System.Text.Json;
using Assistant.Families;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>
/// LM Studio: <c>/api/v1/models</c> (0.4), else <c>/api/v0/models</c> (0.3), else the OpenAI list, which reports no load states.
/// </summary>
internal static class LmStudioCatalog
{
    public static async Task<IReadOnlyList<CatalogModel>> ReadAsync(
        EndpointSettings endpoint, ServerAnswer models, ServerQuestions server, FamilyTable families, CancellationToken token)
    {
        var native = (await server.AskRootAsync("api/v1/models", token)).Json;
        if (native.Member("models") is { ValueKind: JsonValueKind.Array })
        {
            return [.. native.Items("models").SelectMany(FromV1).Select(entry => entry.Build(families))];
        }
        var older = (await server.AskRootAsync("api/v0/models", token)).Json;
        if (older.Member("data") is { ValueKind: JsonValueKind.Array })
        {
            return [.. older.Items("data").Where(model => model.Text("id") is not null).Select(model => FromV0(model).Build(families))];
        }
        if (models.Json.Member("data") is null)
        {
            throw models.ToException(endpoint);
        }
        // With loading on demand the list holds every downloaded model, so a listed model need not be loaded.
        return [
            .. from model in models.Json.Items("data")
               let id = model.Text("id")
               where id is not null
               select new CatalogEntry(id) { Schema = true }.Build(families),
        ];
    }

    /// <summary>One model for each loaded instance, since a request names an instance; else the model itself, not loaded.</summary>
    private static IEnumerable<CatalogEntry> FromV1(JsonElement model)
    {
        if (model.Text("key") is not { } key)
        {
            return [];
        }
        var capabilities = model.Member("capabilities");
        var entry = new CatalogEntry(key)
        {
            Key = key,
            State = LoadState.NotLoaded,
            Embedding = model.Text("type") is { } type ? type == "embedding" : null,
            Tools = capabilities?.Truth("trained_for_tool_use"),
            Vision = capabilities?.Truth("vision"),
            Reasoning = capabilities?.Member("reasoning") is not null ? true : null,
            Schema = true,
            MaxContextTokens = model.Number("max_context_length"),
            Quantization = model.Member("quantization")?.Text("name"),
        };
        var instances = model.Items("loaded_instances").Where(instance => instance.Text("id") is not null).ToArray();
        return instances.Length == 0 ? [entry] : instances.Select(instance => entry with
        {
            Id = instance.Text("id")!,
            State = LoadState.Loaded,
            LoadedContextTokens = instance.Member("config")?.Number("context_length"),
            Slots = instance.Member("config")?.Number("parallel"),
        });
    }

    private static CatalogEntry FromV0(JsonElement model) => new CatalogEntry(model.Text("id")!)
    {
        State = model.Text("state") switch
        {
            "loaded" => LoadState.Loaded,
            "loading" => LoadState.Loading,
            null => LoadState.Unknown,
            _ => LoadState.NotLoaded,
        },
        Embedding = model.Text("type") is { } type ? type == "embeddings" : null,
        Vision = model.Text("type") is { } seeing ? seeing == "vlm" : null,
        // Only 0.3.16 and later list capabilities, so their absence proves nothing.
        Tools = model.Items("capabilities")
            .Any(capability => capability.ValueKind == JsonValueKind.String && capability.GetString() == "tool_use") ? true : null,
        Schema = true,
        LoadedContextTokens = model.Number("loaded_context_length"),
        MaxContextTokens = model.Number("max_context_length"),
        Quantization = model.Text("quantization"),
    };
}
