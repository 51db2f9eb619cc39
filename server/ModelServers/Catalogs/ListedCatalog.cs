using Assistant.Families;

namespace Assistant.ModelServers.Catalogs;

/// <summary>Servers that serve every model in their list: vLLM, clouds, gateways.</summary>
internal static class ListedCatalog
{
    /// <param name="cloud">An unknown model of a cloud counts as able to call tools; a local model must report it.</param>
    public static IReadOnlyList<CatalogModel> Read(ServerAnswer models, FamilyTable families, bool cloud) =>
    [
        .. from model in models.Json.Items("data")
           let id = model.Text("id")
           where id is not null
           // vLLM's name for the context, then those of gateways.
           let context = model.Number("max_model_len") ?? model.Number("context_length") ?? model.Number("context_window")
           select new CatalogEntry(id)
           {
               // The loaded model's own name, if vLLM serves it under another.
               OtherName = model.Text("root"),
               State = LoadState.Loaded,
               Tools = cloud && families.Of(id) == ModelFamilies.Unknown ? true : null,
               Schema = true,
               LoadedContextTokens = context,
               MaxContextTokens = context,
           }.Build(families),
    ];
}
