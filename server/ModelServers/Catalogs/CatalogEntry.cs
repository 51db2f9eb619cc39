using Assistant.Families;

namespace Assistant.ModelServers.Catalogs;

/// <summary>One model as a server describes it. A fact that the server omits is null, and the family supplies it.</summary>
internal sealed record CatalogEntry(string Id)
{
    public string? Key { get; init; }

    /// <summary>A file's name or an architecture; it decides the family if neither key nor id does.</summary>
    public string? OtherName { get; init; }

    /// <summary>The server's own prompt template (Ollama's form), which may hold the markers for FIM.</summary>
    public string? Template { get; init; }

    public LoadState State { get; init; } = LoadState.Unknown;

    public bool? Embedding { get; init; }

    public bool? Tools { get; init; }

    public bool? Reasoning { get; init; }

    public bool? Vision { get; init; }

    /// <summary>The server enforces a JSON schema on answers.</summary>
    public bool Schema { get; init; }

    public int? LoadedContextTokens { get; init; }

    public int? MaxContextTokens { get; init; }

    public string? Quantization { get; init; }

    public int? Slots { get; init; }

    public CatalogModel Build(FamilyTable families)
    {
        // The key decides before the id: the user may give an instance any name.
        var family = families.Of(Key, Id, OtherName);
        if (Template is { } template && FimOfTemplate.Read(template) is { } fim
            && family.Fim?.IsSpelled(fim.Order, fim.Prefix, fim.Suffix, fim.Middle) != true)
        {
            family = family with { Fim = fim };
        }
        var embedding = Embedding ?? family.Embedding;
        var vision = Vision ?? family.Vision;
        return new CatalogModel(
            Id,
            Key ?? Id,
            family,
            embedding ? ModelType.Embedding : vision ? ModelType.Vlm : ModelType.Llm,
            State,
            LoadedContextTokens,
            MaxContextTokens,
            Quantization is { Length: > 0 } ? Quantization : null,
            embedding ? ModelAbilities.Embeddings : Abilities(family, vision),
            Slots);
    }

    private ModelAbilities Abilities(ModelFamily family, bool vision) =>
        If(family.Chat, ModelAbilities.Chat)
        | If(Tools ?? family.Tools, ModelAbilities.Tools)
        | If(family.Fim is not null, ModelAbilities.Fim)
        | If(
            Reasoning ?? family.Reasoning is Families.Reasoning.Always or Families.Reasoning.Toggle or Families.Reasoning.Effort,
            ModelAbilities.Reasoning)
        | If(vision, ModelAbilities.Vision)
        | If(Schema, ModelAbilities.Schema);

    private static ModelAbilities If(bool can, ModelAbilities ability) => can ? ability : ModelAbilities.None;
}
