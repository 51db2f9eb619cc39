using Assistant.Families;

namespace Assistant.Models.Catalogs;

/// <summary>One model as a server describes it, each fact null where it does not say; the family fills in what is left.</summary>
internal sealed record CatalogEntry(string Id)
{
    public string? Key { get; init; }

    /// <summary>What the family is looked for by, where the id may say nothing: a key, a file's name.</summary>
    public ModelFamily? Family { get; init; }

    public LoadState State { get; init; } = LoadState.Unknown;

    public bool? Embedding { get; init; }

    public bool? Tools { get; init; }

    public bool? Fim { get; init; }

    public bool? Reasoning { get; init; }

    public bool? Vision { get; init; }

    /// <summary>The server holds answers to a schema.</summary>
    public bool Schema { get; init; }

    public int? LoadedContextTokens { get; init; }

    public int? MaxContextTokens { get; init; }

    public string? Quantization { get; init; }

    public int? Slots { get; init; }

    public CatalogModel Build()
    {
        var family = Family ?? ModelFamilies.Of(Id);
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
        | If(Fim ?? family.Fim is not null, ModelAbilities.Fim)
        | If(Reasoning ?? family.Reasoning is Families.Reasoning.Always or Families.Reasoning.Toggle or Families.Reasoning.Effort, ModelAbilities.Reasoning)
        | If(vision, ModelAbilities.Vision)
        | If(Schema, ModelAbilities.Schema);

    private static ModelAbilities If(bool can, ModelAbilities ability) => can ? ability : ModelAbilities.None;
}
