namespace Assistant.Shaping;

/// <summary>What shaping must know besides the text around the caret.</summary>
/// <param name="TakenBack">The end of the text before the caret that was left out of the prompt: the answer must begin with it (white space aside), and it is cut from the draft.</param>
/// <param name="MultiLine">Blocks are wanted; otherwise the draft ends with its first line.</param>
/// <param name="MaxLines">The most lines of a draft; at least 1.</param>
/// <param name="Markers">The answer is cut at the first of these: the family's, see <c>FimTemplate.Markers</c>.</param>
/// <param name="FirstSpaceMayBeLost">The server drops the first space of an answer (mlx_lm.server), and it is put back where the code needs it.</param>
/// <param name="NewLine">The document's line end.</param>
public sealed record ShapeRules(
    string TakenBack,
    bool MultiLine,
    int MaxLines,
    IReadOnlyList<string> Markers,
    bool FirstSpaceMayBeLost,
    string NewLine);

/// <summary>What a chunk changed.</summary>
/// <param name="Reason">Given with <see cref="ShapeProgress.Enough"/> only.</param>
public readonly record struct ShapeStep(ShapeProgress Progress, StopReason? Reason);

public enum ShapeProgress
{
    /// <summary>Go on reading.</summary>
    More,

    /// <summary>Go on reading; <see cref="DraftShaper.Current"/> holds at least one whole line.</summary>
    LineReady,

    /// <summary>Nothing that comes can change the result: close the connection and call <see cref="DraftShaper.Finish"/>.</summary>
    Enough,
}

/// <summary>Why no more of an answer is read.</summary>
public enum StopReason
{
    /// <summary>A single line was asked for, and it has come.</summary>
    LineEnd,

    /// <summary>The statement, member or block is whole.</summary>
    Complete,

    /// <summary>The next bracket closes what is closed after the caret.</summary>
    BlockClosed,

    /// <summary>The next line stands outside the caret's block.</summary>
    Dedent,

    /// <summary>What comes stands after the caret already.</summary>
    RepeatsAfter,

    /// <summary>The answer goes round in a circle.</summary>
    Loop,

    MaxLines,

    /// <summary>A marker, a fence or prose: the code has ended.</summary>
    Markup,

    /// <summary>The answer does not begin with what is already typed.</summary>
    DisagreesWithTyped,
}
