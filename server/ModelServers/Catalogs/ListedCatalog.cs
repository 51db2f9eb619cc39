using Assistant.Families;

namespace Assistant.ModelServers.Catalogs;

/// <summary>Servers that serve what they list: vLLM, clouds, gateways.</summary>
internal static class ListedCatalog
{
    /// <param name="cloud">A model there that we do not know is taken to call tools; on one's own machine it has to show it.</param>
    public static IReadOnlyList<CatalogModel> Read(ServerAnswer models, FamilyTable families, bool cloud) =>
    [
        .. from model in models.Json.Items("data")
           let id = model.Text("id")
           where id is not null
           // vLLM's name for it, and those of gateways.
           let context = model.Number("max_model_len") ?? model.Number("context_length") ?? model.Number("context_window")
           select new CatalogEntry(id)
           {
               // vLLM names what it loaded where it serves it under another name.
               OtherName = model.Text("root"),
               State = LoadState.Loaded,
               Tools = cloud && families.Of(id) == ModelFamilies.Unknown ? true : null,
               Schema = true,
               LoadedContextTokens = context,
               MaxContextTokens = context,
           }.Build(families),
    ];
}
