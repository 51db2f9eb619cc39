using static Assistant.Shaping.ShapeResult;

namespace Assistant.Shaping;

internal enum AnswerEnd
{
    /// <summary>More may come: only whole lines count.</summary>
    Open,

    /// <summary>Nothing more comes.</summary>
    Closed,
}

/// <param name="Stop">Not null: nothing that comes can change the result.</param>
internal readonly record struct Shaping(ShapeResult Result, StopReason? Stop);

/// <summary>A part of an answer, and why it is not more of it; null where it simply ended, or has not ended yet.</summary>
internal readonly record struct Part(string Text, StopReason? Stop);

/// <summary>
/// The way of an answer to a draft, in its order: each step is a pure function in a file of its own, and knows nothing of the others.
/// </summary>
internal static class AnswerShaping
{
    public static Shaping Of(CaretScene scene, ShapeRules rules, string raw, AnswerEnd end)
    {
        var code = Markup.Cut(raw, rules.Markers, end);
        if (string.IsNullOrWhiteSpace(code.Text))
        {
            return code.Stop is null ? Reject(Rejection.Empty, "The answer is blank.", null) : Reject(Rejection.Markup, "The answer begins with a marker or a fence.", code.Stop);
        }

        var typed = TypedText.Cut(code.Text, rules.TakenBack);
        if (typed is TypedText.Disagrees || (typed is TypedText.Unfinished && end == AnswerEnd.Closed))
        {
            return Reject(Rejection.DisagreesWithTyped, "The answer does not begin with what is typed already.", StopReason.DisagreesWithTyped);
        }
        if (typed is not TypedText.Agrees agrees)
        {
            return Reject(Rejection.Empty, "Nothing has come yet but what is typed already.", null);
        }

        var text = agrees.Rest;
        text = rules.FirstSpaceMayBeLost && rules.TakenBack.Length == 0 ? LostSpace.PutBack(scene, text) : text;
        text = LeadingSpace.Fit(scene, text, agrees.Skipped);
        if (end == AnswerEnd.Open && code.Stop is null)
        {
            if (Repetition.IsLoop(text[(text.LastIndexOf('\n') + 1)..], Repetition.RoundsOfOpenLine))
            {
                return Reject(Rejection.Loop, "The answer goes round in a circle.", StopReason.Loop);
            }
            text = text[..(text.LastIndexOf('\n') + 1)];
        }
        return OfCode(scene, rules, Indentation.Fit(scene, text), code.Stop);
    }

    private static Shaping OfCode(CaretScene scene, ShapeRules rules, string text, StopReason? stop)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Reject(Rejection.Empty, "The answer holds nothing but what is typed already.", stop);
        }

        var part = new Part(text, stop);
        if (!scene.InText)
        {
            part = Prose.Cut(part);
            if (string.IsNullOrWhiteSpace(part.Text))
            {
                return Reject(Rejection.Prose, "The answer talks about code.", part.Stop);
            }
        }
        part = Repetition.CutLoop(part);
        part = RepeatsBelow.Cut(scene, part);
        if (string.IsNullOrWhiteSpace(part.Text))
        {
            return Reject(Rejection.RepeatsAfter, "The answer repeats what stands below the caret.", part.Stop);
        }
        part = BlockEnd.Cut(scene, rules, part);
        if (string.IsNullOrWhiteSpace(part.Text))
        {
            return part.Stop == StopReason.Dedent
                ? Reject(Rejection.LeavesBlock, "The answer belongs outside the caret's block.", part.Stop)
                : Reject(Rejection.OnlyCloses, "The answer only closes what is closed already.", part.Stop);
        }
        return Judge(scene, rules, part);
    }

    private static Shaping Judge(CaretScene scene, ShapeRules rules, Part part)
    {
        var (text, replaceAfter) = LineOverlap.Fit(scene, part.Text);
        text = Indentation.TrimEnds(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            return Reject(Rejection.RepeatsAfter, "The answer repeats the rest of the caret's line.", part.Stop);
        }
        if (Repetition.IsLoop(text))
        {
            return Reject(Rejection.Loop, "The answer goes round in a circle.", part.Stop);
        }
        if (Repetition.RepeatsAbove(scene, text))
        {
            return Reject(Rejection.RepeatsBefore, "The answer repeats what stands above the caret.", part.Stop);
        }
        if (Placeholder.Is(text))
        {
            return Reject(Rejection.Placeholder, "The answer only says that code should be here.", part.Stop);
        }
        var wholeLines = scene.OnBlankLine && string.IsNullOrWhiteSpace(scene.LineAfter);
        return new(new Shown(new(text.Replace("\n", rules.NewLine, StringComparison.Ordinal), replaceAfter, wholeLines)), part.Stop);
    }

    private static Shaping Reject(Rejection reason, string words, StopReason? stop) => new(new Rejected(reason, words), stop);
}
