using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Shaping;

/// <summary>A bracket that is open at the caret.</summary>
/// <param name="Indent">Columns before the code of the bracket's line.</param>
/// <param name="IsClosed">The text after the caret closes the bracket.</param>
/// <param name="IsClosedOnLine">A closer that the editor inserted on the caret's line closes the bracket.</param>
/// <param name="HoldsMembers">The bracket opens the body of a type or a namespace.</param>
internal sealed record OpenBracket(char Open, int Indent, bool IsClosed, bool IsClosedOnLine, bool HoldsMembers)
{
    public char Close => CodeTokens.CloserOf(Open);
}

/// <summary>The brackets around the caret. The lexer reads the whole document once for an answer, during the wait for the model.</summary>
/// <param name="Open">The innermost bracket first.</param>
/// <param name="InText">The caret is inside a string, a character or a comment.</param>
internal sealed record CaretBrackets(IReadOnlyList<OpenBracket> Open, bool InText)
{
    /// <summary>UTF-16 units after the caret that are read. Brackets that are open at their end, which are few, count as closed.</summary>
    private const int MaxAfter = 12_000;

    public static CaretBrackets Of(string before, string after, IndentStyle style)
    {
        var isCut = after.Length > MaxAfter;
        var text = before + (isCut ? after[..MaxAfter] : after);
        var caret = before.Length;
        var inText = false;
        var open = new Stack<(char Open, int Position, bool HoldsMembers)>();
        var closers = new List<(char Close, int Position)>();
        var depth = 0;
        var header = new List<SyntaxToken>();
        foreach (var token in CodeTokens.Of(text))
        {
            if (SwitchedOff(token, caret) is { } code)
            {
                // A caret in code that a directive disables has only that code around it.
                return Of(text[code.Start..caret], text[caret..code.End], style);
            }
            inText |= IsAround(token, caret);
            var isBefore = token.SpanStart < caret;
            if (token.IsOpen())
            {
                if (isBefore)
                {
                    open.Push((token.Text[0], token.SpanStart, token.IsKind(SyntaxKind.OpenBraceToken) && HasTypeKeyword(header)));
                }
                else
                {
                    depth++;
                }
            }
            else if (token.IsClose())
            {
                if (isBefore)
                {
                    // A closer without its opener is the user's error: the bracket that it was meant for stays open.
                    if (open.TryPeek(out var top) && CodeTokens.CloserOf(top.Open) == token.Text[0])
                    {
                        open.Pop();
                    }
                }
                else if (depth > 0)
                {
                    depth--;
                }
                else
                {
                    closers.Add((token.Text[0], token.SpanStart));
                }
            }
            if (token.Kind() is SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken or SyntaxKind.SemicolonToken)
            {
                header.Clear();
            }
            else if (isBefore)
            {
                header.Add(token);
            }
        }
        return new(Match(text, caret, open, closers, isCut, style), inText);
    }

    private static List<OpenBracket> Match(
        string text,
        int caret,
        Stack<(char Open, int Position, bool HoldsMembers)> open,
        List<(char Close, int Position)> closers,
        bool isCut,
        IndentStyle style)
    {
        var found = new List<OpenBracket>();
        var next = 0;
        var onLine = true;
        foreach (var (bracket, position, holdsMembers) in open)
        {
            var indent = IndentAt(text, position, style);
            var closer = next < closers.Count && closers[next].Close == CodeTokens.CloserOf(bracket) ? closers[next] : default;
            // A closing brace further left belongs to an outer block: this block was never closed.
            var isFound = closer.Close != default
                && (bracket != '{' || !StartsLine(text, closer.Position) || IndentAt(text, closer.Position, style) >= indent);
            onLine &= isFound && IsClosersOnly(text.AsSpan(caret, closer.Position - caret));
            found.Add(new(bracket, indent, isFound || (isCut && next == closers.Count), onLine, holdsMembers));
            next += isFound ? 1 : 0;
        }
        return found;
    }

    private static bool IsClosersOnly(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is not (')' or ']' or '}' or '"' or '\'' or ' ' or '\t'))
            {
                return false;
            }
        }
        return true;
    }

    private static TextSpan? SwitchedOff(SyntaxToken token, int caret)
    {
        if (token.FullSpan.Start > caret || token.FullSpan.End < caret || !token.HasLeadingTrivia)
        {
            return null;
        }
        foreach (var trivia in token.LeadingTrivia)
        {
            if (trivia.IsKind(SyntaxKind.DisabledTextTrivia) && trivia.Span.Start <= caret && caret <= trivia.Span.End)
            {
                return trivia.Span;
            }
        }
        return null;
    }

    private static bool IsAround(SyntaxToken token, int caret)
    {
        if (token.FullSpan.Start > caret || token.FullSpan.End < caret)
        {
            return false;
        }
        if (token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringToken
                or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
                or SyntaxKind.Utf8StringLiteralToken
            && token.SpanStart < caret
            && (caret < token.Span.End || (caret == token.Span.End && token.ContainsDiagnostics)))
        {
            return true;
        }
        return token.LeadingTrivia.Concat(token.TrailingTrivia).Any(trivia => IsAround(trivia, caret));
    }

    private static bool IsAround(SyntaxTrivia trivia, int caret) => trivia.Kind() switch
    {
        SyntaxKind.SingleLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia =>
            trivia.SpanStart < caret && caret <= trivia.Span.End,
        SyntaxKind.MultiLineCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia =>
            trivia.SpanStart < caret && (caret < trivia.Span.End || trivia.ContainsDiagnostics),
        _ => false,
    };

    private static bool HasTypeKeyword(List<SyntaxToken> header) => header.Exists(token =>
        token.Kind() is SyntaxKind.ClassKeyword or SyntaxKind.StructKeyword or SyntaxKind.InterfaceKeyword or SyntaxKind.EnumKeyword
            or SyntaxKind.NamespaceKeyword
        || (token.IsKind(SyntaxKind.IdentifierToken) && token.Text is "record" or "extension"));

    private static int IndentAt(string text, int position, IndentStyle style)
    {
        var start = text.LastIndexOf('\n', Math.Max(0, position - 1)) + 1;
        return style.Columns(text.AsSpan(start, Math.Max(start, position) - start));
    }

    private static bool StartsLine(string text, int position) =>
        text.AsSpan(0, position).TrimEnd(" \t") is var head && (head.IsEmpty || head[^1] == '\n');
}
