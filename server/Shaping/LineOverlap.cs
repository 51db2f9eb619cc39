using Assistant.Basics;

namespace Assistant.Shaping;

/// <summary>
/// What stands on the caret's line after it is not written twice: an answer that ends with it is cut, and what of it the answer closes
/// on its own (brackets and quotes that the editor put there) is replaced.
/// </summary>
internal static class LineOverlap
{
    /// <returns>The text to insert, and how many units of the rest of the line it replaces.</returns>
    public static (string Text, int ReplaceAfter) Fit(CaretScene scene, string answer)
    {
        var rest = scene.LineAfter.TrimEnd();
        if (rest.Length == 0)
        {
            return (answer, 0);
        }
        answer = answer.TrimEnd();
        if (scene.InText)
        {
            return FitText(answer, rest);
        }
        if (TailThatIs(scene, answer, rest) is { } tail)
        {
            return (answer[..tail].TrimEnd(), 0);
        }
        if (WithoutHeadOf(scene, answer, rest, from: 0) is { } head)
        {
            return (head, 0);
        }

        // It closes what the editor closed, and goes on behind it.
        var walk = BracketWalk.Of(scene, answer);
        if (walk.ClosedOnLine == 0)
        {
            return (answer, 0);
        }
        var replaced = 0;
        for (var count = walk.ClosedOnLine; count > 0; replaced++)
        {
            count -= rest[replaced] is ')' or ']' or '}' ? 1 : 0;
        }
        var from = walk.Tokens.Last(token => token.Closes is { IsClosedOnLine: true }).End;
        return (WithoutHeadOf(scene, answer, rest[replaced..], from) ?? answer, replaced);
    }

    /// <returns>The answer without the most of the rest of the line that it ends with; null if it ends with none.</returns>
    private static string? WithoutHeadOf(CaretScene scene, string answer, string rest, int from)
    {
        for (var length = rest.Length; length > 0; length--)
        {
            var at = answer.Length - length;
            if (at >= from && at > 0 && answer.EndsWith(rest[..length], StringComparison.Ordinal)
                && IsBoundary(answer, at) && IsBoundary(rest, length) && IsBalanced(scene, answer[..at]))
            {
                return answer[..at].TrimEnd();
            }
        }
        return null;
    }

    // Inside a string or a comment no bracket means anything; its end is found by its look.
    private static (string Text, int ReplaceAfter) FitText(string answer, string rest)
    {
        if (answer.EndsWith(rest, StringComparison.Ordinal))
        {
            return (answer[..^rest.Length], 0);
        }
        for (var at = answer.IndexOf(rest, StringComparison.Ordinal); at >= 0; at = answer.IndexOf(rest, at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || answer[at - 1] != '\\')
            {
                return (answer, rest.Length);
            }
        }
        // It ends the string that goes on after the caret: what follows belongs nowhere.
        var quote = answer.IndexOf('"', StringComparison.Ordinal);
        return quote >= 0 && rest.Contains('"', StringComparison.Ordinal) && (quote == 0 || answer[quote - 1] != '\\') ? (answer[..quote], 0) : (answer, 0);
    }

    /// <returns>Where the answer's last part begins that is the rest of the line, white space aside; null if it does not end with it.</returns>
    private static int? TailThatIs(CaretScene scene, string answer, string rest)
    {
        var (a, r) = (answer.Length, rest.Length);
        while (true)
        {
            while (r > 0 && char.IsWhiteSpace(rest[r - 1]))
            {
                r--;
            }
            if (r == 0)
            {
                break;
            }
            while (a > 0 && char.IsWhiteSpace(answer[a - 1]))
            {
                a--;
            }
            if (a == 0 || answer[a - 1] != rest[r - 1])
            {
                return null;
            }
            (a, r) = (a - 1, r - 1);
        }
        return IsBoundary(answer, a) && IsBalanced(scene, answer[..a]) ? a : null;
    }

    private static bool IsBoundary(string text, int at) => at == 0 || at >= text.Length || !(Identifier.IsPart(text[at - 1]) && Identifier.IsPart(text[at]));

    /// <summary>Cut here, the answer leaves nothing open that it opened: a bracket of the rest of the line is not taken for one of its own.</summary>
    private static bool IsBalanced(CaretScene scene, string head) =>
        (BracketWalk.Of(scene, head).Tokens is not [.., var last] || last.Depth == 0) && OpenAngles(head) <= 0;

    private static int OpenAngles(string head)
    {
        var open = 0;
        for (var at = 0; at < head.Length; at++)
        {
            // `a < b` is a comparison, `=>` an arrow.
            open += head[at] == '<' && at + 1 < head.Length && head[at + 1] is not (' ' or '=' or '<') ? 1 : 0;
            open -= head[at] == '>' && at > 0 && head[at - 1] is not (' ' or '=' or '-') ? 1 : 0;
        }
        return open;
    }
}
