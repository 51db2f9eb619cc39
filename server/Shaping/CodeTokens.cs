using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Shaping;

/// <summary>The tokens of C# text by the compiler's lexer, which accepts any text.</summary>
internal static class CodeTokens
{
    public static IEnumerable<SyntaxToken> Of(string code) => SyntaxFactory.ParseTokens(code);

    public static bool IsOpen(this SyntaxToken token) =>
        token.Kind() is SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken;

    public static bool IsClose(this SyntaxToken token) =>
        token.Kind() is SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken;

    public static char CloserOf(char open) => open switch { '(' => ')', '[' => ']', _ => '}' };
}
