using Assistant.Families;

namespace Assistant.Models.Catalogs;

/// <summary>llama-server, with one model or as a router of several.</summary>
internal static class LlamaServerCatalog
{
    public static async Task<IReadOnlyList<CatalogModel>> ReadAsync(ServerAnswer models, ServerQuestions server, CancellationToken token)
    {
        // Bare: /props?model=X would load X.
        var props = (await server.AskRootAsync("props", token)).Json;
        var isRouter = props.Text("role") == "router";
        var slotContext = props.Member("default_generation_settings")?.Number("n_ctx");
        return
        [
            .. from model in models.Json.Items("data")
               let id = model.Text("id")
               where id is not null
               let state = model.Member("status")?.Text("value")
               let family = FamilyOf(id, isRouter ? null : props.Text("model_path"))
               select new CatalogModel(
                   id,
                   family,
                   Loaded: !isRouter || state == "loaded",
                   Loading: state == "loading",
                   (isRouter ? null : slotContext) ?? model.Member("meta")?.Number("n_ctx"),
                   family.Embedding),
        ];
    }

    // An alias may say nothing; the file's name then does.
    private static ModelFamily FamilyOf(string id, string? path) =>
        ModelFamilies.Of(id) is var family && family != ModelFamilies.Unknown ? family : ModelFamilies.Of(path ?? id);
}
