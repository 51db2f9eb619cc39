using System.Text.Json;
using Assistant.Families;

namespace Assistant.ModelServers.Catalogs;

/// <summary>llama-server, with one model or as a router of several.</summary>
internal static class LlamaServerCatalog
{
    public static async Task<(IReadOnlyList<CatalogModel> Models, bool Routes)> ReadAsync(
        ServerAnswer models, ServerQuestions server, FamilyTable families, CancellationToken token)
    {
        // The request names no model: /props?model=X would load X.
        var props = (await server.AskRootAsync("props", token)).Json;
        var isRouter = props.Text("role") == "router";
        return ([
            .. from model in models.Json.Items("data")
               let id = model.Text("id")
               where id is not null
               select (isRouter ? Routed(id, model) : Only(id, model, props)).Build(families),
        ], isRouter);
    }

    private static CatalogEntry Only(string id, JsonElement model, JsonElement props)
    {
        var meta = model.Member("meta");
        return new CatalogEntry(id)
        {
            // The file's name gives the family if an alias does not.
            OtherName = props.Text("model_path"),
            State = LoadState.Loaded,
            Tools = props.Member("chat_template_caps")?.Truth("supports_tools"),
            Vision = props.Member("modalities")?.Truth("vision"),
            Schema = true,
            LoadedContextTokens = props.Member("default_generation_settings")?.Number("n_ctx") ?? meta?.Number("n_ctx"),
            MaxContextTokens = meta?.Number("n_ctx_train"),
            Quantization = props.Text("model_ftype") ?? meta?.Text("ftype"),
            Slots = props.Number("total_slots"),
        };
    }

    private static CatalogEntry Routed(string id, JsonElement model)
    {
        var (meta, status) = (model.Member("meta"), model.Member("status"));
        return new CatalogEntry(id)
        {
            OtherName = Argument(status, "--model"),
            State = status?.Text("value") switch
            {
                "loaded" => LoadState.Loaded,
                "loading" => LoadState.Loading,
                null => LoadState.Unknown,
                _ => LoadState.NotLoaded,
            },
            Schema = true,
            LoadedContextTokens = meta?.Number("n_ctx"),
            MaxContextTokens = meta?.Number("n_ctx_train"),
            Quantization = meta?.Text("ftype"),
            // The router lists its arguments, not the slots that it made.
            Slots = int.TryParse(Argument(status, "--parallel"), out var slots) && slots > 0 ? slots : null,
        };
    }

    private static string? Argument(JsonElement? status, string name)
    {
        var arguments = status?.Items("args").Select(argument => argument.ToString()).ToArray() ?? [];
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
