using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Completion;

/// <summary>
/// Text that a source proposes at a place, before it is shaped for the caret and judged (see <see cref="Suggestion.FromAsync"/>).
/// </summary>
/// <param name="Origin">The place at which the text begins.</param>
public abstract record CompletionCandidate(AnswerOrigin Origin, SuggestionSource Source)
{
    /// <summary>The part of the text that fits the query's caret, or the reason why none does.</summary>
    internal abstract ShapeResult ShapeFor(CompletionQuery query);
}

/// <summary>A model's raw answer, whole or as far as it has come.</summary>
/// <param name="Rules">The rules for the place at which the answer begins.</param>
/// <param name="Ended">False where the answer may go on; then only whole lines count.</param>
internal sealed record RawCandidate(AnswerOrigin Origin, SuggestionSource Source, string Raw, ShapeRules Rules, bool Ended)
    : CompletionCandidate(Origin, Source)
{
    internal override ShapeResult ShapeFor(CompletionQuery query)
    {
        var typed = Origin.TypedIn(query.Uri, query.Continued) ?? "";
        var shaper = new DraftShaper(query.Continued, Rules with { TakenBack = typed });
        shaper.Feed(Raw);
        return Ended ? shaper.Finish()
            : shaper.Current is { } draft ? new ShapeResult.Shown(draft)
            : new ShapeResult.Rejected(Rejection.Empty, "No line of the answer is whole yet.");
    }
}

/// <summary>
/// Text that needs no cutting: a text of Patterns, or an answer that was shown before. Typing consumes it from its start.
/// </summary>
/// <param name="Text">All of the text behind the origin, with the document's line ends.</param>
/// <param name="ReplaceAfter">UTF-16 units after the origin's caret, on its line, that the text replaces.</param>
internal sealed record ShapedCandidate(AnswerOrigin Origin, SuggestionSource Source, string Text, int ReplaceAfter)
    : CompletionCandidate(Origin, Source)
{
    internal override ShapeResult ShapeFor(CompletionQuery query)
    {
        if (Origin.TypedIn(query.Uri, query.Continued) is not { } typed || Agreement.Consumed(Text, typed) is not { } consumed)
        {
            return new ShapeResult.Rejected(Rejection.DisagreesWithTyped, "The answer does not begin with the typed text.");
        }
        var rest = Text[consumed..];
        if (string.IsNullOrWhiteSpace(rest))
        {
            return new ShapeResult.Rejected(Rejection.Empty, "The whole answer is typed.");
        }
        // The answer's own closers replace those that the editor inserted meanwhile. Without such closers the answer fits no longer.
        var closers = query.Continued.After.AsSpan(0, query.Continued.After.Length - Origin.After.Length);
        return closers.ContainsAny('\r', '\n') || !IsSubsequence(closers, rest)
            ? new ShapeResult.Rejected(Rejection.RepeatsAfter, "The editor's closers do not fit the answer.")
            : new ShapeResult.Shown(new Draft(rest, closers.Length + ReplaceAfter, WholeLines(query.Continued)));
    }

    private static bool WholeLines(TextAround text) => text.LineBefore.IsWhiteSpace() && text.LineAfter.IsWhiteSpace();

    private static bool IsSubsequence(ReadOnlySpan<char> part, ReadOnlySpan<char> whole)
    {
        foreach (var c in part)
        {
            var at = whole.IndexOf(c);
            if (at < 0)
            {
                return false;
            }
            whole = whole[(at + 1)..];
        }
        return true;
    }
}
