namespace Assistant.Families;

/// <summary>What is known of a family of models by its name alone. What a server says about a model goes before it.</summary>
/// <param name="Name">Such as <c>qwen2.5-coder</c>; <c>unknown</c> where no pattern matched.</param>
/// <param name="Fim">Null: the family does not fill holes in raw text.</param>
/// <param name="Chat">It follows instructions.</param>
/// <param name="Tools">It was trained to call tools.</param>
/// <param name="Embedding">It makes vectors, never text.</param>
/// <param name="Vision">It may see pictures; <c>false</c> also where only some members do.</param>
/// <param name="ContextTokens">The most that the family was made for; what is loaded is often far less.</param>
public sealed record ModelFamily(
    string Name,
    FimTemplate? Fim,
    bool Chat,
    bool Tools,
    bool Embedding,
    bool Vision,
    Reasoning Reasoning,
    int ContextTokens);

/// <summary>Whether a model thinks before it answers, and how that is switched off.</summary>
public enum Reasoning
{
    /// <summary>It does not.</summary>
    Never,

    /// <summary>It does unless told not to.</summary>
    Toggle,

    /// <summary>It takes a level and cannot be silenced (gpt-oss).</summary>
    Effort,

    /// <summary>It always does.</summary>
    Always,

    /// <summary>Not known.</summary>
    Unknown,
}

/// <summary>How a family fills a hole. Markers are exact: no space or newline stands around them unless it is part of them.</summary>
/// <param name="Prefix">Stands before the text that precedes the hole.</param>
/// <param name="Suffix">Stands before the text that follows the hole.</param>
/// <param name="Middle">Stands last, where the answer begins; empty where the order alone says so (Codestral).</param>
/// <param name="Stops">At most four, the most telling first: servers refuse or ignore more. Each is a single special token.</param>
/// <param name="Markers">An answer is cut at the first of any of these; text that holds one is not sent.</param>
/// <param name="EmptySuffixWhenBlank">A suffix of white space only is sent empty.</param>
/// <param name="RepositoryMarker">Stands before the repository's name, where the family knows one; else null.</param>
/// <param name="FileMarker">Stands before the path of another file, where the family knows one; else null.</param>
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
    /// <summary>Whether it has these very markers in this order; layout and stops may differ.</summary>
    public bool IsSpelled(FimOrder order, string prefix, string suffix, string middle) =>
        (Order, Prefix, Suffix, Middle) == (order, prefix, suffix, middle);
}

/// <summary>Which part comes first in the family's own prompt.</summary>
public enum FimOrder
{
    PrefixSuffixMiddle,
    SuffixPrefixMiddle,
}

/// <summary>Where the text before the caret stands.</summary>
public enum FimLayout
{
    /// <summary>In the family's own order.</summary>
    Usual,

    /// <summary>
    /// After the middle marker: prefix marker, suffix marker, suffix, middle marker, text before the caret. Typing then only appends
    /// (the SPM order of Bavarian et al., 2022). Only for families where it was measured to be good.
    /// </summary>
    MiddleHoldsPrefix,
}
