namespace Assistant.Shaping;

/// <summary>What of a model's answer is worth showing at the caret.</summary>
/// <param name="Text">To be inserted at the caret, with the document's line ends and indentation; never blank.</param>
/// <param name="ReplaceAfter">UTF-16 units after the caret, on its line, that the text takes the place of: brackets and quotes that the editor closed.</param>
/// <param name="WholeLines">The text begins on a blank line and nothing stands behind the caret: it is made of whole lines.</param>
public sealed record Draft(string Text, int ReplaceAfter, bool WholeLines);

/// <summary>The end of shaping: a draft, or why there is none.</summary>
public abstract record ShapeResult
{
    private ShapeResult()
    {
    }

    public sealed record Shown(Draft Draft) : ShapeResult;

    /// <param name="Words">One sentence for the log and for <c>--json</c>; it holds no text of the user's.</param>
    public sealed record Rejected(Rejection Reason, string Words) : ShapeResult;
}

/// <summary>Why an answer is not shown.</summary>
public enum Rejection
{
    /// <summary>Nothing came, or white space only.</summary>
    Empty,

    /// <summary>The answer does not begin with what was taken back from the prompt and is already typed.</summary>
    DisagreesWithTyped,

    /// <summary>A fence, or a marker of a FIM or chat format, stands at its beginning.</summary>
    Markup,

    /// <summary>It talks about code instead of being code.</summary>
    Prose,

    /// <summary>It repeats what stands after the caret.</summary>
    RepeatsAfter,

    /// <summary>It repeats what stands before the caret.</summary>
    RepeatsBefore,

    /// <summary>It goes round in a circle.</summary>
    Loop,

    /// <summary>It only closes what is closed already.</summary>
    OnlyCloses,

    /// <summary>It belongs to a block outside the one that the caret stands in.</summary>
    LeavesBlock,

    /// <summary>It only says that code should be here.</summary>
    Placeholder,
}
