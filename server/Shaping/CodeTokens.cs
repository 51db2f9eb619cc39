using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Shaping;

/// <summary>C# text as the compiler's lexer sees it; never fails, whatever the text.</summary>
internal static class CodeTokens
{
    public static IEnumerable<SyntaxToken> Of(string code) => SyntaxFactory.ParseTokens(code);

    public static bool IsOpen(this SyntaxToken token) =>
        token.Kind() is SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken;

    public static bool IsClose(this SyntaxToken token) =>
        token.Kind() is SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken;

    public static char CloserOf(char open) => open switch { '(' => ')', '[' => ']', _ => '}' };
}
