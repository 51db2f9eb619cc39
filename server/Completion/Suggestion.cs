using Assistant.Basics;
using Assistant.Shaping;

namespace Assistant.Completion;

/// <summary>
/// Ghost text that may be shown. <see cref="FromAsync"/> is the only way to make one, so that every text that reaches an editor or a
/// terminal was shaped and judged.
/// </summary>
public sealed record Suggestion : CompletionAnswer
{
    private Suggestion(CompletionCandidate candidate, CompletionQuery query, Draft draft, Verdict verdict, StageTrace trace)
        : base(trace)
    {
        Text = query.Selected?.Text + draft.Text;
        Inserted = draft.Text;
        Start = query.Selected?.Start ?? query.Text.Caret;
        End = Math.Max(query.Text.Caret, query.Selected?.End ?? 0) + draft.ReplaceAfter;
        Verdict = verdict;
        Source = candidate.Source;
        Partial = candidate is RawCandidate { Ended: false };
        var typed = candidate.Origin.TypedIn(query.Uri, query.Continued);
        Continuation = new ShapedCandidate(
            candidate.Origin with { After = query.Continued.After }, candidate.Source, typed + draft.Text, draft.ReplaceAfter);
    }

    /// <summary>The text that replaces <see cref="Start"/> to <see cref="End"/>, the selected IntelliSense entry included.</summary>
    public string Text { get; }

    /// <summary><see cref="Text"/> without the selected entry.</summary>
    public string Inserted { get; }

    /// <summary>UTF-16 offset; <see cref="Start"/> and <see cref="End"/> are on the caret's line.</summary>
    public int Start { get; }

    public int End { get; }

    public Verdict Verdict { get; }

    public SuggestionSource Source { get; }

    /// <summary>The answer may go on.</summary>
    public bool Partial { get; }

    /// <summary>Serves the rest of this suggestion after the next keys.</summary>
    internal ShapedCandidate Continuation { get; }

    /// <summary>
    /// The one step from a candidate to a suggestion, whatever its source: candidate → shape → verdict → suggestion.
    /// </summary>
    /// <returns>A suggestion, or <see cref="NoSuggestionReason.Withheld"/> with the reason.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async ValueTask<CompletionAnswer> FromAsync(
        CompletionCandidate candidate, CompletionQuery query, IVerifier verifier, StageTrace trace, CancellationToken token)
    {
        Draft draft;
        using (trace.Measure("shape"))
        {
            switch (candidate.ShapeFor(query))
            {
                case ShapeResult.Shown shown:
                    draft = shown.Draft;
                    break;
                case ShapeResult.Rejected(var reason, var detail):
                    return Withheld($"{reason}: {detail}");
                default:
                    throw new InvalidOperationException("A shape result is a draft or a rejection.");
            }
        }
        using (trace.Measure("verdict"))
        {
            var verdict = await verifier.VerifyAsync(draft, query, token);
            return verdict.Kind == VerdictKind.Rejected
                ? Withheld(verdict.Detail)
                : new Suggestion(candidate, query, draft, verdict, trace);
        }

        NoSuggestion Withheld(string detail) => new(NoSuggestionReason.Withheld, detail, candidate.Source, trace);
    }
}
