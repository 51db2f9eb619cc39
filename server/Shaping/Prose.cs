using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Shaping;

/// <summary>Ends an answer before the first sentence of prose: instruct models explain their code.</summary>
internal static partial class Prose
{
    public static Part Cut(Part part)
    {
        var start = 0;
        foreach (var line in part.Text.Split('\n'))
        {
            if (IsProse(line))
            {
                return new(part.Text[..start], StopReason.Markup);
            }
            start += line.Length + 1;
        }
        return part;
    }

    /// <summary>True for three names in a row, a backtick outside a string, or an apostrophe inside a word: C# has none of them.</summary>
    internal static bool IsProse(string line)
    {
        var tokens = CodeTokens.Of(line).Where(token => !token.IsKind(SyntaxKind.EndOfFileToken)).ToArray();
        if (tokens.Length == 0 || tokens[0].HasStructuredTrivia)
        {
            return false;
        }
        if (tokens.Any(token => token.IsKind(SyntaxKind.BadToken) && token.Text == "`") || Apostrophe().IsMatch(line))
        {
            return true;
        }
        var row = 0;
        foreach (var token in tokens)
        {
            row = token.IsKind(SyntaxKind.IdentifierToken) && !IsContextual(token) ? row + 1 : 0;
            if (row == 3)
            {
                return true;
            }
        }
        return Opening().IsMatch(line);
    }

    // The compiler's own list holds `method` and `value`, which begin sentences.
    private static bool IsContextual(SyntaxToken token) => token.Text is "async" or "await" or "var" or "dynamic" or "partial" or "record"
        or "required" or "scoped" or "file" or "yield" or "global" or "extension" or "get" or "set" or "init" or "add" or "remove" or "with"
        or "when" or "and" or "or" or "not" or "where" or "from" or "let" or "join" or "on" or "equals" or "into" or "orderby"
        or "ascending" or "descending" or "select" or "group" or "by" or "unmanaged" or "notnull" or "allows" or "nameof" or "managed";

    [GeneratedRegex(@"(?<![\w'""\\])[A-Za-z]+(n't|'s|'re|'ll|'ve|'m|'d)\b(?!')", RegexOptions.CultureInvariant)]
    private static partial Regex Apostrophe();

    // The first words of instruct models' prose; no line of C# begins with them.
    [GeneratedRegex(
        @"^\s*(#{1,6} \w+ \w|\*\*\w|\* \w+ \w|- \w+ \w+ \w|\d+\. [A-Z]|"
        + @"(Sure|Certainly|Okay|Note|Explanation|Example|Output|Answer)\b[!:,.]( |$)|"
        + @"(Here|This|These|The|In|It|You|To|I|We) (is|are|the|this|code|can|will|have|a|an)\b)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Opening();
}
