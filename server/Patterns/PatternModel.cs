namespace Assistant.Patterns;

/// <summary>
/// Estimates the probability that a vote's token is right: a logistic function of the three juries' votes. `PatternsTraining` fits the
/// weights on other repositories than those that docs/patterns.md reports on.
/// </summary>
internal static partial class PatternModel
{
    /// <summary>
    /// The smallest probability that is shown. On the repositories of the weights, 86 % of the shown suggestions are right.
    /// </summary>
    public const double MinConfidence = 0.75;

    public const int Features = 44;
    public const int Places = 4;
    public const int LaterLine = 3;
    private const double Floor = 0.01;
    private const int MaxCandidates = 4;

    /// <summary>The likeliest token and its probability.</summary>
    public static (Vote? Vote, double Probability) Best(PatternVotes votes, Vocabulary words, CaretContext caret, int step)
    {
        Vote? best = null;
        var highest = 0.0;
        Span<double> features = stackalloc double[Features];
        foreach (var vote in Candidates(votes, words))
        {
            Describe(votes, vote, words, caret, step, features);
            var probability = Probability(features, caret, step);
            if (probability > highest)
            {
                (best, highest) = (vote, probability);
            }
        }
        return (best, highest);
    }

    /// <summary>The tokens with the most weight, ties in the order of their texts.</summary>
    public static IEnumerable<Vote> Candidates(PatternVotes votes, Vocabulary words) => votes.All.Values
        .OrderByDescending(vote => Enumerable.Range(0, PatternVotes.Juries).Sum(jury => vote.Weight[jury] / (votes.Total[jury] + 1)))
        .ThenBy(vote => words[Math.Max(vote.Key, Vocabulary.Opaque)].Text, StringComparer.Ordinal)
        .Take(MaxCandidates);

    public static void Describe(PatternVotes votes, Vote vote, Vocabulary words, CaretContext caret, int step, Span<double> features)
    {
        features.Clear();
        features[0] = 1;
        var most = 0.0;
        var at = 1;
        for (var jury = 0; jury < PatternVotes.Juries; jury++)
        {
            var share = votes.Total[jury] > 0 ? vote.Weight[jury] / votes.Total[jury] : 0;
            most = Math.Max(most, share);
            features[at++] = Math.Log(share + Floor);
            features[at++] = votes.Count[jury] > 0 ? 1 : 0;
            features[at++] = Math.Log(1 + vote.Longest[jury]);
            features[at++] = Math.Log(1 + votes.Longest[jury]) - Math.Log(1 + vote.Longest[jury]);
            features[at++] = Math.Log(1 + vote.Count[jury]);
            features[at++] = share > 0.5 ? 1 : 0;
        }
        features[at++] = Math.Log(most + Floor);
        features[at++] = Math.Log(1 + vote.Files);
        var word = words[Math.Max(vote.Key, Vocabulary.Opaque)];
        var context = caret.Before;
        var before = words[Math.Max(context.Number(context.Count - 1), Vocabulary.Opaque)].Text;
        features[at++] = vote.Key == PatternVotes.LineEnd ? 1 : 0;
        features[at++] = vote.Key != PatternVotes.LineEnd && word.Kind == TokenKind.Identifier ? 1 : 0;
        features[at++] = word.Kind == TokenKind.Keyword ? 1 : 0;
        features[at++] = vote.Key != PatternVotes.LineEnd && word.Kind is TokenKind.String or TokenKind.Number or TokenKind.Character
            ? 1
            : 0;
        var unknown = word.Kind == TokenKind.Identifier && !caret.Knows(vote.Key) ? 1 : 0;
        features[at++] = unknown;
        features[at++] = unknown == 1 && before != "." ? 1 : 0;
        features[at++] = before == "." ? 1 : 0;
        features[at++] = before == "(" ? 1 : 0;
        features[at++] = before == "=" ? 1 : 0;
        features[at++] = before == "return" ? 1 : 0;
        features[at++] = before == "new" ? 1 : 0;
        features[at++] = before == "," ? 1 : 0;
        features[at++] = Math.Log(1 + step);
        features[at++] = vote.Key == Vocabulary.Opaque ? 1 : 0;
        var since = word.Kind == TokenKind.Identifier ? caret.TokensSince(vote.Key) : null;
        features[at++] = since is null ? 0 : 1;
        features[at++] = since is { } distance ? Math.Log(distance) : 0;
        features[at++] = word.Text == ")" ? 1 : 0;
        features[at++] = word.Text == ")" && caret.OpenBrackets <= 0 ? 1 : 0;
        features[at++] = word.Text == ";" && caret.OpenBrackets > 0 ? 1 : 0;
        features[at++] = vote.Key == PatternVotes.LineEnd && caret.OpenBrackets > 0 ? 1 : 0;
        features[at++] = word.Text == "}" && caret.OpenBraces <= 0 ? 1 : 0;
    }

    /// <summary>
    /// The row of weights for a place: the first token at a line's start, the first token elsewhere, a later token, the first of a later
    /// line.
    /// </summary>
    public static int Place(CaretContext caret, int step) => caret.LineEnded ? LaterLine : step > 0 ? 2 : caret.AtLineStart ? 0 : 1;

    private static double Probability(ReadOnlySpan<double> features, CaretContext caret, int step)
    {
        var weights = Weights[Place(caret, step)];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * features[i];
        }
        return 1 / (1 + Math.Exp(-sum));
    }
}
