using Assistant.Families;

namespace Assistant.ModelServers.Catalogs;

/// <summary>
/// mlx_lm.server: its list is the hub's cache on disk and reports no load states. A request with another model's name replaces the
/// loaded model. The name <c>default_model</c> means the model that the server was started with.
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
