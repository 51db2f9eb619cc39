using Assistant.Families;

namespace Assistant.Models.Catalogs;

/// <summary>
/// mlx_lm.server: its list is the hub's cache on disk and does not tell what is loaded; any name in a request replaces what is. The
/// model that it was started with answers to <c>default_model</c>.
/// </summary>
internal static class MlxCatalog
{
    public const string DefaultModel = "default_model";

    /// <summary>The family of the default model is unknown here; <see cref="MarkerProbes"/> find it.</summary>
    public static IReadOnlyList<CatalogModel> Read(ServerAnswer models) =>
    [
        new CatalogModel(DefaultModel, ModelFamilies.Unknown, Loaded: true, Loading: false, ContextTokens: null, Embedding: false),
        .. from model in models.Json.Items("data")
           let id = model.Text("id")
           where id is not null
           let family = ModelFamilies.Of(id)
           select new CatalogModel(id, family, Loaded: false, Loading: false, ContextTokens: null, family.Embedding),
    ];
}
