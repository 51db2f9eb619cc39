using System.Collections.Frozen;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Patterns;

/// <summary>C#'s words, reserved and contextual: they stand for themselves and are never taken for a name that varies.</summary>
internal static class Keywords
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = SyntaxFacts.GetReservedKeywordKinds()
        .Concat(SyntaxFacts.GetContextualKeywordKinds())
        .Select(SyntaxFacts.GetText)
        // Contextual words that are far more often names than words.
        .Except(["value", "type", "field", "method", "property", "event", "param", "assembly", "module", "args", "extension", "file", "scoped",
            "into", "on", "by", "descending", "ascending", "equals", "group", "from", "select", "let", "join", "orderby"])
        .Concat(["var", "dynamic"])
        .ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> word) => word.Length is > 1 and < 12 && char.IsAsciiLetterLower(word[0]) && Words.Contains(word);
}
