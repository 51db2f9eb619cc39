namespace Assistant.Families;

/// <summary>The properties of a family of models, known by its name alone. A server's statements about a model take precedence.</summary>
/// <param name="Name">Such as <c>qwen2.5-coder</c>; <c>unknown</c> where no pattern matched.</param>
/// <param name="Fim">Null for a family that does not fill holes in raw text.</param>
/// <param name="Chat">The family follows instructions.</param>
/// <param name="Tools">The family was trained to call tools.</param>
/// <param name="Embedding">The family makes vectors instead of text.</param>
/// <param name="Vision">The family accepts pictures; <c>false</c> also where only some members do.</param>
/// <param name="ContextTokens">The longest context that the family supports; servers often load far less.</param>
public sealed record ModelFamily(
    string Name,
    FimTemplate? Fim,
    bool Chat,
    bool Tools,
    bool Embedding,
    bool Vision,
    Reasoning Reasoning,
    int ContextTokens);

/// <summary>A model's thinking before its answer, and the switch for it.</summary>
public enum Reasoning
{
    /// <summary>The model does not think.</summary>
    Never,

    /// <summary>The model thinks unless thinking is switched off.</summary>
    Toggle,

    /// <summary>The model accepts a level of thinking, but no switch (gpt-oss).</summary>
    Effort,

    /// <summary>The model always thinks.</summary>
    Always,

    Unknown,
}

/// <summary>A family's FIM format. Markers are exact: the prompt holds no space or newline around them that is not part of them.</summary>
/// <param name="Prefix">The marker before the text that precedes the hole.</param>
/// <param name="Suffix">The marker before the text that follows the hole.</param>
/// <param name="Middle">The last marker, before the answer; empty for a format without one (Codestral).</param>
/// <param name="Stops">
/// At most four stop sequences, the most important first, since servers refuse or ignore more. Each is a single special token.
/// </param>
/// <param name="Markers">An answer is cut at the first of these; text that holds one is escaped before it is sent.</param>
/// <param name="EmptySuffixWhenBlank">A suffix of white space is sent as an empty one.</param>
/// <param name="RepositoryMarker">The marker before the repository's name; null for a format without one.</param>
/// <param name="FileMarker">The marker before the path of another file; null for a format without one.</param>
public sealed record FimTemplate(
    string Prefix,
    string Suffix,
    string Middle,
    FimOrder Order,
    FimLayout Layout,
    IReadOnlyList<string> Stops,
    IReadOnlyList<string> Markers,
    bool EmptySuffixWhenBlank,
    string? RepositoryMarker,
    string? FileMarker)
{
    /// <summary>True where the template has these markers in this order; layout and stops may differ.</summary>
    public bool IsSpelled(FimOrder order, string prefix, string suffix, string middle) =>
        (Order, Prefix, Suffix, Middle) == (order, prefix, suffix, middle);
}

/// <summary>The order of the parts in the family's prompt.</summary>
public enum FimOrder
{
    PrefixSuffixMiddle,
    SuffixPrefixMiddle,
}

/// <summary>The place of the text before the caret in the prompt.</summary>
public enum FimLayout
{
    /// <summary>The family's own order.</summary>
    Usual,

    /// <summary>
    /// Prefix marker, suffix marker, suffix, middle marker, text before the caret, so that typing only appends (the SPM order of Bavarian
    /// et al., 2022). Only families whose answers were measured to be good have this layout.
    /// </summary>
    MiddleHoldsPrefix,
}
