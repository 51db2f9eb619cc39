using Assistant.Families;
using Assistant.Settings;

namespace Assistant.Models.Catalogs;

/// <summary>What one endpoint serves, as it said when it was asked last.</summary>
/// <param name="Kind">What answers; null where it is no model server that we know of.</param>
/// <param name="LoadsOnDemand">A request for a model that is not loaded would load it: what is loaded has to be known freshly.</param>
internal sealed record Catalog(EndpointKind? Kind, IReadOnlyList<CatalogModel> Models, bool LoadsOnDemand);

/// <param name="Id">As the server wants it in a request.</param>
/// <param name="Loaded">Using it loads nothing. False also where the server does not say and a use could load it.</param>
/// <param name="Loading">The server is loading it now.</param>
/// <param name="ContextTokens">The loaded context; null where the server does not say.</param>
/// <param name="Embedding">It makes vectors only.</param>
internal sealed record CatalogModel(string Id, ModelFamily Family, bool Loaded, bool Loading, int? ContextTokens, bool Embedding);
