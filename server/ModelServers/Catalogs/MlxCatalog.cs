using Assistant.Families;

namespace Assistant.ModelServers.Catalogs;

/// <summary>
/// mlx_lm.server: its list is the hub's cache on disk and does not tell what is loaded; any name in a request replaces what is. The
/// model that it was started with answers to <c>default_model</c>.
/// </summary>
internal static class MlxCatalog
{
    public const string DefaultModel = "default_model";

    /// <summary>The family of the default model is unknown here; <see cref="Families.MarkerProbes"/> find it.</summary>
    public static IReadOnlyList<CatalogModel> Read(ServerAnswer models, FamilyTable families) =>
    [
        new CatalogEntry(DefaultModel) { State = LoadState.Loaded }.Build(families),
        .. from model in models.Json.Items("data")
           let id = model.Text("id")
           where id is not null
           select new CatalogEntry(id) { State = LoadState.NotLoaded }.Build(families),
    ];
}
