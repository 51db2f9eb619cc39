using System.Collections.Immutable;

namespace Assistant.Completion;

/// <summary>An answer that was shown or is ready. During typing of the answer, its rest is served and no model is asked.</summary>
/// <param name="AskedBy">The generation that was begun for this place; null where no model was asked yet.</param>
internal sealed record KnownAnswer(ShapedCandidate Candidate, long? AskedBy);

/// <summary>The last answers, the preferred first.</summary>
internal sealed record KnownAnswers(ImmutableArray<KnownAnswer> All)
{
    private const int MaxAnswers = 40;

    /// <summary>UTF-16 units of the documents that the answers hold, each its own: 8 MB.</summary>
    private const int MaxText = 4 << 20;

    public static KnownAnswers Empty { get; } = new([]);

    /// <summary>Puts an answer before the others.</summary>
    public KnownAnswers With(ShapedCandidate candidate, long? askedBy)
    {
        var held = candidate.Origin.Length;
        return new(
        [
            new KnownAnswer(candidate, askedBy),
            .. All
                .Where(other => !IsSame(other.Candidate, candidate))
                .Take(MaxAnswers - 1)
                .TakeWhile(other => (held += other.Candidate.Origin.Length) <= MaxText),
        ]);
    }

    /// <summary>A generation was begun for the place of this answer.</summary>
    public KnownAnswers Asked(ShapedCandidate candidate, long generation) =>
        new([.. All.Select(answer => IsSame(answer.Candidate, candidate) ? answer with { AskedBy = generation } : answer)]);

    /// <summary>The generation was closed before anything was sent, so no model was asked.</summary>
    public KnownAnswers NotAsked(long generation) =>
        All.Any(answer => answer.AskedBy == generation)
            ? new([.. All.Select(answer => answer.AskedBy == generation ? answer with { AskedBy = null } : answer)])
            : this;

    private static bool IsSame(ShapedCandidate one, ShapedCandidate other) => one.Text == other.Text && one.Origin == other.Origin;
}
