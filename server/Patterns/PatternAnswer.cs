namespace Assistant.Patterns;

/// <summary>What a suggestion may be.</summary>
/// <param name="MultiLine">More than the rest of the caret's line may be suggested.</param>
/// <param name="MaxLines">Most lines, the caret's own included; 1 or more. Counts only with <paramref name="MultiLine"/>.</param>
/// <param name="LeastConfidence">A suggestion that is right with a smaller probability is not given; null takes the default.</param>
public sealed record PatternRules(bool MultiLine = false, int MaxLines = 8, double? LeastConfidence = null);

/// <summary>A continuation that the solution's own text suggests.</summary>
/// <param name="Text">What goes in at the caret, with the document's line ends; whole tokens, except that the first completes a begun name.</param>
/// <param name="ReplaceAfter">UTF-16 units after the caret, on its line, that the text stands for and that are replaced by it.</param>
/// <param name="Confidence">The estimated probability, 0 to 1, that all of the text is right.</param>
/// <param name="ContextTokens">How many tokens before the caret the best occurrence has in common with this place.</param>
/// <param name="Sources">Up to three files in which it was seen, best first, as they were given to <see cref="PatternIndex.Update"/>.</param>
public sealed record PatternSuggestion(string Text, int ReplaceAfter, double Confidence, int ContextTokens, IReadOnlyList<string> Sources);

/// <summary>Why there is no suggestion.</summary>
public enum PatternMiss
{
    None,
    /// <summary>The caret stands in a string, a comment or a preprocessor line.</summary>
    InTextOrComment,
    /// <summary>Other code than closing brackets follows on the caret's line.</summary>
    CodeFollows,
    /// <summary>What stands before the caret has not been seen before.</summary>
    NotSeen,
    /// <summary>It has been seen, but what followed was too varied.</summary>
    NoAgreement,
    /// <summary>What would be suggested stands there already, or says nothing by itself.</summary>
    NothingToAdd,
}

/// <summary>A suggestion, or the reason why there is none.</summary>
public sealed record PatternAnswer(PatternSuggestion? Suggestion, PatternMiss Miss)
{
    public static PatternAnswer Of(PatternMiss miss) => new(null, miss);
}
