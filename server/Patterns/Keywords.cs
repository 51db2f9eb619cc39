using System.Collections.Frozen;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Patterns;

/// <summary>C#'s reserved and contextual keywords. A pattern matches a keyword only with itself, never as a name that varies.</summary>
internal static class Keywords
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = SyntaxFacts.GetReservedKeywordKinds()
        .Concat(SyntaxFacts.GetContextualKeywordKinds())
        .Select(SyntaxFacts.GetText)
        // Contextual keywords that are names in most code.
        .Except(["value", "type", "field", "method", "property", "event", "param", "assembly", "module", "args", "extension", "file",
            "scoped", "into", "on", "by", "descending", "ascending", "equals", "group", "from", "select", "let", "join", "orderby"])
        .Concat(["var", "dynamic"])
        .ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> word) =>
        word.Length is > 1 and < 12 && char.IsAsciiLetterLower(word[0]) && Words.Contains(word);
}
