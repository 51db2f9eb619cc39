namespace Assistant.Patterns;

/// <summary>The limits of a suggestion.</summary>
/// <param name="MultiLine">A suggestion may go on after the caret's line.</param>
/// <param name="MaxLines">Lines, the caret's own included; 1 or more. Counts only with <paramref name="MultiLine"/>.</param>
/// <param name="MinConfidence">Suggestions with a smaller probability, 0 to 1, are withheld; null takes the default.</param>
public sealed record PatternRules(bool MultiLine = false, int MaxLines = 8, double? MinConfidence = null);

/// <summary>A continuation that the solution's own text suggests.</summary>
/// <param name="Text">
/// The text for the caret, with the document's line ends: whole tokens, of which the first may complete a typed name.
/// </param>
/// <param name="ReplaceAfter">UTF-16 units after the caret, on its line, that the text replaces.</param>
/// <param name="Confidence">The estimated probability, 0 to 1, that all of the text is right.</param>
/// <param name="ContextTokens">Tokens before the caret that the longest match shares with this place.</param>
/// <param name="Sources">
/// Up to three files that hold the text, the best first, by the names given to <see cref="PatternIndex.Update"/>.
/// </param>
public sealed record PatternSuggestion(
    string Text, int ReplaceAfter, double Confidence, int ContextTokens, IReadOnlyList<string> Sources);

/// <summary>The reason for giving no suggestion.</summary>
public enum PatternMiss
{
    None,
    /// <summary>The caret is in a string, a comment or a preprocessor line.</summary>
    InTextOrComment,
    /// <summary>Other code than closing brackets follows on the caret's line.</summary>
    CodeFollows,
    /// <summary>The index does not hold the tokens before the caret.</summary>
    NotSeen,
    /// <summary>The index holds the tokens before the caret, but their continuations differ.</summary>
    NoAgreement,
    /// <summary>The continuation follows the caret already, or is too short.</summary>
    NothingToAdd,
}

/// <summary>A suggestion, or the reason for giving none.</summary>
public sealed record PatternAnswer(PatternSuggestion? Suggestion, PatternMiss Miss)
{
    public static PatternAnswer Of(PatternMiss miss) => new(null, miss);
}
