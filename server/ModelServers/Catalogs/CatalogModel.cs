using Assistant.Families;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>The models of one endpoint, as the server last listed them.</summary>
/// <param name="Kind">The kind of the server; null if the reply is from no model server known here.</param>
/// <param name="LoadsOnDemand">A request for a model that is not loaded would load it, so the load states must be fresh.</param>
internal sealed record Catalog(EndpointKind? Kind, IReadOnlyList<CatalogModel> Models, bool LoadsOnDemand)
{
    /// <summary>The server is a llama-server router: it has several models and loads them on request.</summary>
    public bool Routes { get; init; }

    /// <summary>Maps a model's name to its family, also a name outside the list.</summary>
    public FamilyTable Families { get; init; } = FamilyTable.BuiltIn;
}

/// <param name="Id">The model's name in a request.</param>
/// <param name="Key">The model's name in a load, if it differs (LM Studio: instance and model); else the id.</param>
/// <param name="LoadedContextTokens">The loaded context that prompt and answer share, in tokens; null if unknown.</param>
/// <param name="MaxContextTokens">The largest context that the model can be loaded with, in tokens; null if unknown.</param>
/// <param name="Quantization">The server's name for it, such as <c>Q4_K_M</c>; null if unknown.</param>
/// <param name="Slots">The number of requests that the server answers concurrently; null if unknown.</param>
internal sealed record CatalogModel(
    string Id,
    string Key,
    ModelFamily Family,
    ModelType Type,
    LoadState State,
    int? LoadedContextTokens,
    int? MaxContextTokens,
    string? Quantization,
    ModelAbilities Abilities,
    int? Slots)
{
    /// <summary>A request loads nothing. False also if the server does not report the state and a request could load the model.</summary>
    public bool Loaded => State == LoadState.Loaded;

    /// <summary>The server is loading it now.</summary>
    public bool Loading => State == LoadState.Loading;

    /// <summary>The model makes vectors only.</summary>
    public bool Embedding => Type == ModelType.Embedding;
}

public enum ModelType
{
    Llm,

    /// <summary>A model that also reads images.</summary>
    Vlm,

    Embedding,
}

/// <summary>Whether a request for the model would load it.</summary>
public enum LoadState
{
    Loaded,
    Loading,
    NotLoaded,

    /// <summary>The server does not report it.</summary>
    Unknown,
}
