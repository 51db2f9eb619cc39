namespace Assistant.Shaping;

/// <summary>The part of a model's answer that fits the caret.</summary>
/// <param name="Text">The text to insert at the caret, with the document's line ends and indentation; never blank.</param>
/// <param name="ReplaceAfter">UTF-16 units after the caret, on its line, that the text replaces: closers that the editor inserted.</param>
/// <param name="WholeLines">The text consists of whole lines: the caret's line is blank.</param>
public sealed record Draft(string Text, int ReplaceAfter, bool WholeLines);

/// <summary>The result of shaping: a draft, or the reason for giving none.</summary>
public abstract record ShapeResult
{
    private ShapeResult()
    {
    }

    public sealed record Shown(Draft Draft) : ShapeResult;

    /// <param name="Detail">One sentence for the log and for <c>--json</c>; it holds no text of the user's.</param>
    public sealed record Rejected(Rejection Reason, string Detail) : ShapeResult;
}

/// <summary>The reason for not showing an answer.</summary>
public enum Rejection
{
    /// <summary>The answer is empty or white space.</summary>
    Empty,

    /// <summary>The answer does not begin with the typed text that the prompt left out.</summary>
    DisagreesWithTyped,

    /// <summary>The answer begins with a fence, or with a marker of a FIM or chat format.</summary>
    Markup,

    /// <summary>The answer is prose instead of code.</summary>
    Prose,

    /// <summary>The answer repeats the text after the caret.</summary>
    RepeatsAfter,

    /// <summary>The answer repeats the text before the caret.</summary>
    RepeatsBefore,

    /// <summary>The answer repeats itself.</summary>
    Loop,

    /// <summary>The answer holds only brackets that are closed already.</summary>
    OnlyCloses,

    /// <summary>The answer belongs to a block outside the caret's.</summary>
    LeavesBlock,

    /// <summary>The answer is a placeholder for code.</summary>
    Placeholder,
}
