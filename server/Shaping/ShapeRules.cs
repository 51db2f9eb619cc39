namespace Assistant.Shaping;

/// <summary>The settings of shaping.</summary>
/// <param name="TakenBack">
/// The end of the text before the caret that the prompt left out. The answer must begin with it, white space aside; the draft does not hold
/// it.
/// </param>
/// <param name="MultiLine">A draft may be a block; otherwise it ends with its first line.</param>
/// <param name="MaxLines">The maximum of lines in a draft; at least 1.</param>
/// <param name="Markers">The family's markers, see <c>FimTemplate.Markers</c>: the answer is cut at the first of them.</param>
/// <param name="FirstSpaceMayBeLost">The server drops the first space of an answer (mlx_lm.server); shaping restores it.</param>
/// <param name="NewLine">The document's line end.</param>
public sealed record ShapeRules(
    string TakenBack,
    bool MultiLine,
    int MaxLines,
    IReadOnlyList<string> Markers,
    bool FirstSpaceMayBeLost,
    string NewLine);

/// <summary>The progress after a chunk.</summary>
/// <param name="Reason">Null except with <see cref="ShapeProgress.Enough"/>.</param>
public readonly record struct ShapeStep(ShapeProgress Progress, StopReason? Reason);

public enum ShapeProgress
{
    /// <summary>Go on reading.</summary>
    More,

    /// <summary>Go on reading; <see cref="DraftShaper.Current"/> holds at least one whole line.</summary>
    LineReady,

    /// <summary>The rest cannot change the result: close the connection and call <see cref="DraftShaper.Finish"/>.</summary>
    Enough,
}

/// <summary>The reason for reading no more of an answer.</summary>
public enum StopReason
{
    /// <summary>The answer's first line is whole, and the caller wants no more.</summary>
    LineEnd,

    /// <summary>The statement, member or block is whole.</summary>
    Complete,

    /// <summary>The next bracket closes a block that is closed after the caret already.</summary>
    BlockClosed,

    /// <summary>The next line is indented less than the caret's block.</summary>
    Dedent,

    /// <summary>The next line repeats one after the caret.</summary>
    RepeatsAfter,

    /// <summary>The answer repeats itself.</summary>
    Loop,

    MaxLines,

    /// <summary>A marker, a fence or prose ends the code.</summary>
    Markup,

    /// <summary>The answer does not begin with the typed text.</summary>
    DisagreesWithTyped,
}
