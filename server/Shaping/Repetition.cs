namespace Assistant.Shaping;

/// <summary>Small models fall into circles: the same line again and again, the same few tokens to the limit, the lines above once more.</summary>
internal static class Repetition
{
    private const int MostLoopLines = 6;
    private const int MostLoopTokens = 12;
    private const int Rounds = 4;

    /// <summary>So many rounds of an unfinished line, and nobody waits for its end.</summary>
    public const int RoundsOfOpenLine = 8;

    /// <summary>Ends the answer before the first line or group of lines that comes again at once.</summary>
    public static Part CutLoop(Part part)
    {
        var lines = part.Text.Split('\n').Select(NormalizedLine.Of).ToArray();
        for (var at = 1; at < lines.Length; at++)
        {
            for (var length = 1; length <= MostLoopLines && length <= at && at + length <= lines.Length; length++)
            {
                var again = lines.AsSpan(at, length);
                if (lines.AsSpan(at - length, length).SequenceEqual(again) && (again.ContainsAnyTelling() || IsThirdRound(lines, at, length)))
                {
                    return new(string.Join('\n', part.Text.Split('\n')[..at]), StopReason.Loop);
                }
            }
        }
        return part;
    }

    /// <summary>The same few tokens again and again: at its end, where only a limit broke the circle, or, longer ones, anywhere.</summary>
    /// <param name="rounds">How often; an answer that still goes on is given more than one that has ended.</param>
    public static bool IsLoop(string text, int rounds = Rounds)
    {
        var tokens = CodeTokens.Of(text).Select(token => token.Text).Where(token => token.Length > 0).ToArray();
        for (var length = 1; length <= MostLoopTokens; length++)
        {
            for (var (at, same) = (length, 0); at < tokens.Length; at++)
            {
                same = tokens[at] == tokens[at - length] ? same + 1 : 0;
                // The limit may have cut the last round short, its last token too. Closers come in rows by nature, and so do small numbers.
                if (same >= length * (rounds - 1) && (length >= 3 || at == tokens.Length - 1) && tokens.AsSpan(at + 1 - length, length).ContainsAnyWord())
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>The lines of the draft are the last lines above the caret once more.</summary>
    public static bool RepeatsAbove(CaretScene scene, string draft)
    {
        var lines = (scene.LineBefore + draft).Split('\n').Select(NormalizedLine.Of).Where(line => line.Length > 0).ToArray();
        var above = scene.LinesAbove.TakeLast(MostLoopLines).ToArray();
        for (var length = 1; length <= MostLoopLines && length <= above.Length; length++)
        {
            var last = above.AsSpan(above.Length - length);
            var same = Math.Min(length, lines.Length);
            if (last[..same].SequenceEqual(lines.AsSpan(0, same)) && lines.AsSpan(0, same).ContainsAnyTelling() && (same == length || same > 1))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsThirdRound(string[] lines, int at, int length) =>
        at + (2 * length) <= lines.Length
        && lines.AsSpan(at, length).SequenceEqual(lines.AsSpan(at + length, length))
        && lines.AsSpan(at, length).ContainsAnyWord();

    private static bool ContainsAnyTelling(this Span<string> lines)
    {
        foreach (var line in lines)
        {
            if (NormalizedLine.IsDistinctive(line))
            {
                return true;
            }
        }
        return false;
    }

    private static bool ContainsAnyWord(this Span<string> tokens)
    {
        foreach (var token in tokens)
        {
            if (token.Length > 0 && char.IsLetterOrDigit(token[0]))
            {
                return true;
            }
        }
        return false;
    }
}
