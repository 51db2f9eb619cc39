using static Assistant.Shaping.ShapeResult;

namespace Assistant.Shaping;

internal enum AnswerEnd
{
    /// <summary>The answer may go on: only its whole lines count.</summary>
    Open,

    /// <summary>The answer is complete.</summary>
    Closed,
}

/// <param name="Stop">Not null where the rest of the answer cannot change the result.</param>
internal readonly record struct Shaping(ShapeResult Result, StopReason? Stop);

/// <summary>The first part of an answer.</summary>
/// <param name="Stop">The reason for cutting the rest off; null where nothing was cut off.</param>
internal readonly record struct Part(string Text, StopReason? Stop);

/// <summary>
/// The steps from an answer to a draft, in their order. Each step is a pure function in a file of its own, independent of the others.
/// </summary>
internal static class AnswerShaping
{
    public static Shaping Of(CaretScene scene, ShapeRules rules, string raw, AnswerEnd end)
    {
        var code = Markup.Cut(raw, rules.Markers, end);
        if (string.IsNullOrWhiteSpace(code.Text))
        {
            return code.Stop is null
                ? Reject(Rejection.Empty, "The answer is blank.", null)
                : Reject(Rejection.Markup, "The answer begins with a marker or a fence.", code.Stop);
        }

        var typed = TypedText.Cut(code.Text, rules.TakenBack);
        if (typed is TypedText.Disagrees || (typed is TypedText.Unfinished && end == AnswerEnd.Closed))
        {
            return Reject(Rejection.DisagreesWithTyped, "The answer does not begin with the typed text.", StopReason.DisagreesWithTyped);
        }
        if (typed is not TypedText.Agrees agrees)
        {
            return Reject(Rejection.Empty, "The answer holds only the typed text so far.", null);
        }

        var text = agrees.Rest;
        text = rules.FirstSpaceMayBeLost && rules.TakenBack.Length == 0 ? LostSpace.Restore(scene, text) : text;
        text = LeadingSpace.Fit(scene, text, agrees.Skipped);
        if (end == AnswerEnd.Open && code.Stop is null)
        {
            if (Repetition.IsLoop(text[(text.LastIndexOf('\n') + 1)..], Repetition.RoundsOfOpenLine))
            {
                return Reject(Rejection.Loop, "The answer repeats itself.", StopReason.Loop);
            }
            text = text[..(text.LastIndexOf('\n') + 1)];
        }
        return OfCode(scene, rules, Indentation.Fit(scene, text), code.Stop);
    }

    private static Shaping OfCode(CaretScene scene, ShapeRules rules, string text, StopReason? stop)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Reject(Rejection.Empty, "The answer holds only the typed text.", stop);
        }

        var part = new Part(text, stop);
        if (!scene.InText)
        {
            part = Prose.Cut(part);
            if (string.IsNullOrWhiteSpace(part.Text))
            {
                return Reject(Rejection.Prose, "The answer is prose instead of code.", part.Stop);
            }
        }
        part = Repetition.CutLoop(part);
        part = RepeatsBelow.Cut(scene, part);
        if (string.IsNullOrWhiteSpace(part.Text))
        {
            return Reject(Rejection.RepeatsAfter, "The answer repeats the lines below the caret.", part.Stop);
        }
        part = BlockEnd.Cut(scene, rules, part);
        if (string.IsNullOrWhiteSpace(part.Text))
        {
            return part.Stop == StopReason.Dedent
                ? Reject(Rejection.LeavesBlock, "The answer belongs outside the caret's block.", part.Stop)
                : Reject(Rejection.OnlyCloses, "The answer holds only brackets that are closed already.", part.Stop);
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
            return Reject(Rejection.Loop, "The answer repeats itself.", part.Stop);
        }
        if (Repetition.RepeatsAbove(scene, text))
        {
            return Reject(Rejection.RepeatsBefore, "The answer repeats the lines above the caret.", part.Stop);
        }
        if (Placeholder.Is(text))
        {
            return Reject(Rejection.Placeholder, "The answer is a placeholder for code.", part.Stop);
        }
        var wholeLines = scene.OnBlankLine && string.IsNullOrWhiteSpace(scene.LineAfter);
        return new(new Shown(new(text.Replace("\n", rules.NewLine, StringComparison.Ordinal), replaceAfter, wholeLines)), part.Stop);
    }

    private static Shaping Reject(Rejection reason, string detail, StopReason? stop) => new(new Rejected(reason, detail), stop);
}
