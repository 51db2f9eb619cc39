using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Shaping;

/// <summary>
/// Restores the first space of an answer, which mlx_lm.server drops, where two tokens would join or where C# code always has a space;
/// never inside a possible name.
/// </summary>
internal static class LostSpace
{
    public static string Restore(CaretScene scene, string answer)
    {
        if (scene.OnBlankLine
            || scene.InText
            || answer.Length == 0
            || char.IsWhiteSpace(answer[0])
            || char.IsWhiteSpace(scene.LineBefore[^1]))
        {
            return answer;
        }
        return NeedsSpace(scene.LineBefore, answer) ? " " + answer : answer;
    }

    private static bool NeedsSpace(string before, string answer)
    {
        var tokens = CodeTokens.Of(before).Where(token => !token.IsKind(SyntaxKind.EndOfFileToken)).TakeLast(2).ToArray();
        var last = tokens[^1];
        var first = CodeTokens.Of(answer).First();
        if (SyntaxFacts.IsKeywordKind(last.Kind())
            || last.Text is "await" or "var" or "async" or "yield" or "when" or "where" or "and" or "or" or "not")
        {
            // `this.x`, `default(T)`, `base)` have no space; `return x`, `return (`, `if (` have one.
            return IsWord(first.Text)
                || (first.IsKind(SyntaxKind.OpenParenToken) && TakesSpaceBeforeParen(last.Kind()))
                || IsSpaced(first.Kind());
        }
        if (last.Kind() is SyntaxKind.CommaToken or SyntaxKind.SemicolonToken || IsSpaced(last.Kind()))
        {
            return !first.IsKind(SyntaxKind.SemicolonToken);
        }
        if (MayBeUnary(last.Kind()))
        {
            return tokens.Length == 2 && EndsOperand(tokens[0]) && before[last.SpanStart - 1] == ' ';
        }
        var spaced = IsSpaced(first.Kind()) || MayBeUnary(first.Kind()) || first.IsKind(SyntaxKind.OpenBraceToken);
        return EndsOperand(last) && spaced && answer.Length > first.Text.Length && answer[first.Text.Length] is ' ' or '\n';
    }

    private static bool EndsOperand(SyntaxToken token) =>
        token.Kind() is SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.ThisKeyword or SyntaxKind.NullKeyword
            or SyntaxKind.TrueKeyword or SyntaxKind.FalseKeyword
        || (IsWord(token.Text) && !SyntaxFacts.IsKeywordKind(token.Kind()));

    private static bool IsWord(string text) => text.Length > 0 && (char.IsLetterOrDigit(text[0]) || text[0] is '_' or '@' or '"' or '$');

    private static bool TakesSpaceBeforeParen(SyntaxKind keyword) => keyword is SyntaxKind.ReturnKeyword or SyntaxKind.IfKeyword
        or SyntaxKind.ForKeyword or SyntaxKind.ForEachKeyword or SyntaxKind.WhileKeyword or SyntaxKind.SwitchKeyword
        or SyntaxKind.UsingKeyword or SyntaxKind.LockKeyword or SyntaxKind.CatchKeyword or SyntaxKind.InKeyword
        or SyntaxKind.CaseKeyword or SyntaxKind.IsKeyword or SyntaxKind.FixedKeyword;

    private static bool IsSpaced(SyntaxKind kind) => kind is SyntaxKind.EqualsToken or SyntaxKind.EqualsGreaterThanToken
        or SyntaxKind.QuestionQuestionToken or SyntaxKind.QuestionQuestionEqualsToken or SyntaxKind.EqualsEqualsToken
        or SyntaxKind.ExclamationEqualsToken or SyntaxKind.LessThanEqualsToken or SyntaxKind.GreaterThanEqualsToken
        or SyntaxKind.AmpersandAmpersandToken or SyntaxKind.BarBarToken or SyntaxKind.PlusEqualsToken or SyntaxKind.MinusEqualsToken
        or SyntaxKind.AsteriskEqualsToken or SyntaxKind.SlashEqualsToken or SyntaxKind.IsKeyword or SyntaxKind.AsKeyword;

    // The token may also be a part of a type: only the space on its other side decides.
    private static bool MayBeUnary(SyntaxKind kind) => kind is SyntaxKind.PlusToken or SyntaxKind.MinusToken or SyntaxKind.AsteriskToken
        or SyntaxKind.SlashToken or SyntaxKind.PercentToken or SyntaxKind.QuestionToken or SyntaxKind.ColonToken or SyntaxKind.LessThanToken
        or SyntaxKind.GreaterThanToken or SyntaxKind.BarToken or SyntaxKind.AmpersandToken or SyntaxKind.CaretToken;
}
