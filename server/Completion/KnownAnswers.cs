using System.Collections.Immutable;
using Assistant.Basics;

namespace Assistant.Completion;

/// <summary>A finished answer: while it is typed, the rest of it is shown and nobody is asked.</summary>
/// <param name="Full">All that would stand behind the origin, in the document's line ends.</param>
/// <param name="ReplaceAfter">UTF-16 units after the caret's place at the origin that it replaces, on that line.</param>
/// <param name="Unasked">It is from Patterns, and no model was asked for a better one.</param>
internal sealed record KnownAnswer(AnswerOrigin Origin, string Full, int ReplaceAfter, SuggestionSource Source, bool Unasked = false)
{
    /// <summary>What is left of it at the query's caret, or null where it is used up or disagrees.</summary>
    public (string Text, int ReplaceAfter)? RestAt(CompletionQuery query)
    {
        if (Origin.TypedIn(query.Uri, query.Continued) is not { } typed
            || Agreement.Consumed(Full, typed) is not { } consumed
            || consumed >= Full.Length
            || string.IsNullOrWhiteSpace(Full[consumed..]))
        {
            return null;
        }
        var rest = Full[consumed..];
        var closers = query.Continued.After.AsSpan(0, query.Continued.After.Length - Origin.After.Length);
        // Closers that the editor put in meanwhile are replaced by the answer's own; where it has none, the answer no longer fits.
        return closers.ContainsAny('\r', '\n') || !IsSubsequence(closers, rest) ? null : (rest, closers.Length + ReplaceAfter);
    }

    /// <param name="text">What is left of the answer at the query's caret.</param>
    public Suggestion SuggestionAt(CompletionQuery query, string text, int replaceAfter, StageTrace trace) => new(
        query.Selected?.Text + text,
        query.Selected?.Start ?? query.Text.Caret,
        Math.Max(query.Text.Caret, query.Selected?.End ?? 0) + replaceAfter,
        Source,
        Partial: false,
        trace);

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

/// <summary>The last answers, the preferred first. Any thread may read and write; a reader sees one state of it.</summary>
internal sealed class KnownAnswers
{
    private const int Most = 40;

    /// <summary>UTF-16 units of all documents that are held, since each answer holds its own: 8 MB.</summary>
    private const int MostText = 4 << 20;

    private ImmutableArray<KnownAnswer> answers = [];

    public IReadOnlyList<KnownAnswer> All => answers;

    /// <summary>Takes an answer in before the others, and gives it back.</summary>
    public KnownAnswer Remember(KnownAnswer answer)
    {
        ImmutableInterlocked.Update(ref answers, With, answer);
        return answer;
    }

    /// <summary>A model was asked for what these answers stand in for.</summary>
    public void Asked(SuggestionSource source) =>
        ImmutableInterlocked.Update(ref answers, all => [.. all.Select(answer => ReferenceEquals(answer.Source, source) ? answer with { Unasked = false } : answer)]);

    public void Forget() => ImmutableInterlocked.Update(ref answers, _ => []);

    public (KnownAnswer Answer, string Text, int ReplaceAfter)? Find(CompletionQuery query)
    {
        foreach (var answer in answers)
        {
            if (answer.RestAt(query) is var (text, replaceAfter))
            {
                return (answer, text, replaceAfter);
            }
        }
        return null;
    }

    private static ImmutableArray<KnownAnswer> With(ImmutableArray<KnownAnswer> before, KnownAnswer answer)
    {
        var held = answer.Origin.Length;
        return
        [
            answer,
            .. before
                .Where(other => other.Origin != answer.Origin || other.Full != answer.Full)
                .Take(Most - 1)
                .TakeWhile(other => (held += other.Origin.Length) <= MostText),
        ];
    }
}
