using System.Text.Json;
using Assistant.Families;
using Assistant.Settings;

namespace Assistant.Models.Catalogs;

/// <summary>
/// LM Studio: <c>/api/v1/models</c> (0.4), else <c>/api/v0/models</c> (0.3), else the OpenAI list, which does not tell what is loaded.
/// </summary>
internal static class LmStudioCatalog
{
    public static async Task<IReadOnlyList<CatalogModel>> ReadAsync(
        EndpointSettings endpoint, ServerAnswer models, ServerQuestions server, CancellationToken token)
    {
        var native = (await server.AskRootAsync("api/v1/models", token)).Json;
        if (native.Member("models") is { ValueKind: JsonValueKind.Array })
        {
            return [.. native.Items("models").SelectMany(FromV1)];
        }
        var older = (await server.AskRootAsync("api/v0/models", token)).Json;
        if (older.Member("data") is { ValueKind: JsonValueKind.Array })
        {
            return [.. older.Items("data").SelectMany(FromV0)];
        }
        if (models.Json.Member("data") is null)
        {
            throw models.ToException(endpoint);
        }
        // With loading on demand the list holds all that was downloaded, so presence is not being loaded.
        return [.. models.Json.Items("data").SelectMany(model => Entry(model.Text("id"), null, loaded: false, null, embedding: false))];
    }

    private static IEnumerable<CatalogModel> FromV1(JsonElement model)
    {
        var key = model.Text("key");
        var embedding = model.Text("type") == "embedding";
        var instances = model.Items("loaded_instances").ToArray();
        return instances.Length == 0
            ? Entry(key, key, loaded: false, null, embedding)
            : instances.SelectMany(instance =>
                Entry(instance.Text("id"), key, loaded: true, instance.Member("config")?.Number("context_length"), embedding));
    }

    private static IEnumerable<CatalogModel> FromV0(JsonElement model)
    {
        var id = model.Text("id");
        return Entry(id, id, model.Text("state") == "loaded", model.Number("loaded_context_length"), model.Text("type") == "embeddings");
    }

    // A user may give an instance any identifier; the key still tells the family.
    private static IEnumerable<CatalogModel> Entry(string? id, string? key, bool loaded, int? context, bool embedding)
    {
        if (id is not null)
        {
            var family = ModelFamilies.Of(key ?? id);
            yield return new CatalogModel(id, family, loaded, Loading: false, context, embedding || family.Embedding);
        }
    }
}
