using Assistant.Basics;

namespace Assistant.Shaping;

/// <summary>
/// Prevents the rest of the caret's line from appearing twice. An answer that ends with the rest is cut, and closers that the editor
/// inserted are replaced where the answer closes the same brackets and quotes itself.
/// </summary>
internal static class LineOverlap
{
    /// <returns>The text to insert, and the UTF-16 units of the rest of the line that it replaces.</returns>
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
        if (TailStart(scene, answer, rest) is { } tail)
        {
            return (answer[..tail].TrimEnd(), 0);
        }
        if (WithoutHeadOf(scene, answer, rest, from: 0) is { } head)
        {
            return (head, 0);
        }

        // The answer closes the editor's brackets itself, and may go on behind them.
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

    /// <returns>The answer without the longest beginning of the rest of the line that it ends with; null where it ends with none.</returns>
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

    // Inside a string or a comment brackets have no meaning: the end is found by comparing text.
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
        // The answer ends the string that goes on after the caret: the text behind its quote is cut.
        var quote = answer.IndexOf('"', StringComparison.Ordinal);
        var endsString = quote >= 0 && rest.Contains('"', StringComparison.Ordinal) && (quote == 0 || answer[quote - 1] != '\\');
        return endsString ? (answer[..quote], 0) : (answer, 0);
    }

    /// <returns>
    /// UTF-16 offset at which the rest of the line begins at the answer's end, white space aside; null for an answer that does not end with
    /// it.
    /// </returns>
    private static int? TailStart(CaretScene scene, string answer, string rest)
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

    private static bool IsBoundary(string text, int at) =>
        at == 0 || at >= text.Length || !(Identifier.IsPart(text[at - 1]) && Identifier.IsPart(text[at]));

    /// <summary>True where the answer's head leaves none of its own brackets open: the cut-off closers close none of them.</summary>
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
