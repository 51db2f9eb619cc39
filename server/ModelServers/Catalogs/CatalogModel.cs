using Assistant.Families;
using Assistant.Settings;

namespace Assistant.ModelServers.Catalogs;

/// <summary>What one endpoint serves, as it said when it was asked last.</summary>
/// <param name="Kind">What answers; null where it is no model server that we know of.</param>
/// <param name="LoadsOnDemand">A request for a model that is not loaded would load it: what is loaded has to be known freshly.</param>
internal sealed record Catalog(EndpointKind? Kind, IReadOnlyList<CatalogModel> Models, bool LoadsOnDemand)
{
    /// <summary>A llama-server that has several models and loads what it is told to.</summary>
    public bool Routes { get; init; }

    /// <summary>What tells a model's family; holds for names that no list has, too.</summary>
    public FamilyTable Families { get; init; } = FamilyTable.BuiltIn;
}

/// <param name="Id">As the server wants it in a request.</param>
/// <param name="Key">As the server wants it in a load, where that is another name (LM Studio: instance and model); else the id.</param>
/// <param name="LoadedContextTokens">What a prompt and its answer share now; null where the server does not say.</param>
/// <param name="MaxContextTokens">The most that it could be loaded with; null where the server does not say.</param>
/// <param name="Quantization">As the server names it, such as <c>Q4_K_M</c>; null where it does not.</param>
/// <param name="Slots">How many requests it answers side by side; null where the server does not say.</param>
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
    /// <summary>Using it loads nothing. False also where the server does not say and a use could load it.</summary>
    public bool Loaded => State == LoadState.Loaded;

    /// <summary>The server is loading it now.</summary>
    public bool Loading => State == LoadState.Loading;

    /// <summary>It makes vectors only.</summary>
    public bool Embedding => Type == ModelType.Embedding;
}

public enum ModelType
{
    Llm,

    /// <summary>It sees pictures too.</summary>
    Vlm,

    Embedding,
}

/// <summary>Whether a use of the model would load it.</summary>
public enum LoadState
{
    Loaded,
    Loading,
    NotLoaded,

    /// <summary>The server does not say.</summary>
    Unknown,
}
