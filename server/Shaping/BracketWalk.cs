using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Shaping;

/// <summary>A token of an answer.</summary>
/// <param name="Start">UTF-16 offset into the answer; negative for a token that began before the caret.</param>
/// <param name="Depth">Brackets of the answer that are open after the token.</param>
/// <param name="Closes">The bracket around the caret that the token closes; null for most tokens.</param>
internal readonly record struct WalkedToken(SyntaxToken Token, int Start, int End, int Depth, OpenBracket? Closes);

/// <summary>An answer's tokens, with its brackets matched among themselves and with those that are open at the caret.</summary>
/// <param name="Tokens">The tokens up to the cut.</param>
/// <param name="Cut">
/// UTF-16 offset of the first closing bracket without an opener, or with one that the text after the caret closes; the answer's length
/// where there is none.
/// </param>
internal sealed record BracketWalk(IReadOnlyList<WalkedToken> Tokens, int Cut)
{
    /// <summary>Brackets that are closed on the caret's line and that the answer closes itself.</summary>
    public int ClosedOnLine => Tokens.Count(token => token.Closes is { IsClosedOnLine: true });

    public static BracketWalk Of(CaretScene scene, string answer)
    {
        var lead = scene.LineBefore;
        var tokens = new List<WalkedToken>();
        var own = new Stack<char>();
        var around = 0;
        foreach (var token in CodeTokens.Of(lead + answer))
        {
            var (start, end) = (token.SpanStart - lead.Length, token.Span.End - lead.Length);
            if (end <= 0 || token.IsKind(SyntaxKind.EndOfFileToken))
            {
                continue;
            }
            OpenBracket? closes = null;
            if (token.IsOpen())
            {
                own.Push(CodeTokens.CloserOf(token.Text[0]));
            }
            else if (token.IsClose() && !(own.TryPeek(out var expected) && expected == token.Text[0]))
            {
                if (own.Count > 0 || around == scene.Brackets.Count || !MayClose(scene.Brackets[around], token.Text[0]))
                {
                    return new(tokens, start);
                }
                closes = scene.Brackets[around++];
            }
            else if (token.IsClose())
            {
                own.Pop();
            }
            tokens.Add(new(token, start, end, own.Count, closes));
        }
        return new(tokens, answer.Length);
    }

    private static bool MayClose(OpenBracket bracket, char closer) =>
        bracket.Close == closer && (!bracket.IsClosed || bracket.IsClosedOnLine);
}
