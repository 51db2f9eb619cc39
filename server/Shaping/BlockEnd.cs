using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assistant.Shaping;

/// <summary>
/// Ends an answer at the end of the line, statement, member or block at the caret.
/// Models write on into the code after the caret; the syntax shows more reliably than they do where to stop.
/// </summary>
internal static class BlockEnd
{
    public static Part Cut(CaretScene scene, ShapeRules rules, Part part)
    {
        if (scene.InText)
        {
            return FirstLine(part);
        }
        var walk = BracketWalk.Of(scene, part.Text);
        if (walk.Cut < part.Text.Length)
        {
            part = new(part.Text[..walk.Cut], StopReason.BlockClosed);
        }
        return rules.MultiLine && rules.MaxLines > 1 ? Block(scene, rules, part, walk) : FirstLine(part);
    }

    private static Part FirstLine(Part part)
    {
        var start = part.Text.Length - part.Text.AsSpan().TrimStart().Length;
        var end = part.Text.IndexOf('\n', start);
        return end < 0 ? part : new(part.Text[..end], StopReason.LineEnd);
    }

    private static Part Block(CaretScene scene, ShapeRules rules, Part part, BracketWalk walk)
    {
        var goesOn = scene.OnBlankLine && scene.IsLastInBlock && scene.Brackets is not [{ HoldsMembers: true }, ..];
        var (whole, lines, token, depth) = (0, 0, 0, 0);
        for (var start = 0; start < part.Text.Length;)
        {
            var newline = part.Text.IndexOf('\n', start);
            var end = newline < 0 ? part.Text.Length : newline;
            var line = part.Text.AsSpan(start, end - start);
            if (!line.IsWhiteSpace())
            {
                if (start > 0 && depth == 0 && line.TrimStart()[0] != '#' && scene.Style.Columns(line) < scene.Indent)
                {
                    return Ended(part.Text, whole, start, StopReason.Dedent);
                }
                if (++lines > rules.MaxLines)
                {
                    return Ended(part.Text, whole, FirstLine(part).Text.Length, StopReason.MaxLines);
                }
            }
            while (token < walk.Tokens.Count && walk.Tokens[token].Start < end)
            {
                token++;
            }
            if (token > 0)
            {
                depth = walk.Tokens[token - 1].Depth;
                switch (IsWhole(scene, walk, token, part.Stop is null && newline >= 0))
                {
                    case true when goesOn:
                        whole = end;
                        break;
                    case true:
                        return new(part.Text[..end], newline < 0 ? part.Stop : StopReason.Complete);
                }
            }
            start = end + 1;
        }
        // An answer that ends inside a block or a later statement is cut to its whole units or, without any, to the line that opens the
        // block.
        var isCutOff = depth > 0 || (part.Stop is null && whole > 0);
        return isCutOff ? Ended(part.Text, whole, FirstLine(part).Text.Length, part.Stop) : part;
    }

    private static Part Ended(string text, int whole, int otherwise, StopReason? stop) =>
        new(text[..(whole > 0 ? whole : otherwise)], stop);

    /// <returns>
    /// True where a statement, member or list item ends with the tokens before <paramref name="count"/>; false also where that depends on
    /// the next token.
    /// </returns>
    private static bool IsWhole(CaretScene scene, BracketWalk walk, int count, bool mayGoOn)
    {
        var last = walk.Tokens[count - 1];
        if (last.Depth > 0)
        {
            return false;
        }
        var kind = last.Token.Kind();
        if (kind == SyntaxKind.CommaToken)
        {
            return scene.Brackets is [{ Open: not '{' }, ..] or [{ HoldsMembers: false }, ..];
        }
        if (kind is not (SyntaxKind.SemicolonToken or SyntaxKind.CloseBraceToken))
        {
            return false;
        }
        if (count < walk.Tokens.Count)
        {
            return !Continues(walk.Tokens[count].Token.Kind());
        }
        // The answer may go on with `else`, `catch` or the like.
        return !(mayGoOn && MayContinue(walk, count));
    }

    private static bool Continues(SyntaxKind next) => next is SyntaxKind.ElseKeyword or SyntaxKind.CatchKeyword or SyntaxKind.FinallyKeyword
        or SyntaxKind.DotToken or SyntaxKind.SemicolonToken or SyntaxKind.CommaToken or SyntaxKind.CloseParenToken;

    private static bool MayContinue(BracketWalk walk, int count) => walk.Tokens.Take(count).Any(token =>
        token.Token.Kind() is SyntaxKind.IfKeyword or SyntaxKind.TryKeyword or SyntaxKind.DoKeyword);
}
