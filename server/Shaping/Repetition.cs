namespace Assistant.Shaping;

/// <summary>
/// Finds the repetitions of small models: the same line again and again, the same few tokens up to the limit, the lines above the caret.
/// </summary>
internal static class Repetition
{
    private const int MaxLoopLines = 6;
    private const int MaxLoopTokens = 12;
    private const int Rounds = 4;

    /// <summary>Rounds of a loop in an unfinished line after which the answer is stopped.</summary>
    public const int RoundsOfOpenLine = 8;

    /// <summary>Ends the answer before the first line or group of lines that repeats the one before it.</summary>
    public static Part CutLoop(Part part)
    {
        var lines = part.Text.Split('\n').Select(NormalizedLine.Of).ToArray();
        for (var at = 1; at < lines.Length; at++)
        {
            for (var length = 1; length <= MaxLoopLines && length <= at && at + length <= lines.Length; length++)
            {
                var again = lines.AsSpan(at, length);
                if (lines.AsSpan(at - length, length).SequenceEqual(again)
                    && (again.ContainsDistinctive() || IsThirdRound(lines, at, length)))
                {
                    return new(string.Join('\n', part.Text.Split('\n')[..at]), StopReason.Loop);
                }
            }
        }
        return part;
    }

    /// <summary>
    /// True where a text repeats the same few tokens: at its end, where the token limit cut it, or three and more anywhere.
    /// </summary>
    /// <param name="rounds">Rounds that make a loop. An answer that may go on is allowed more of them.</param>
    public static bool IsLoop(string text, int rounds = Rounds)
    {
        var tokens = CodeTokens.Of(text).Select(token => token.Text).Where(token => token.Length > 0).ToArray();
        for (var length = 1; length <= MaxLoopTokens; length++)
        {
            for (var (at, same) = (length, 0); at < tokens.Length; at++)
            {
                same = tokens[at] == tokens[at - length] ? same + 1 : 0;
                // The limit may have cut the last round or its last token short. Good code repeats closers and small numbers.
                if (same >= length * (rounds - 1)
                    && (length >= 3 || at == tokens.Length - 1)
                    && tokens.AsSpan(at + 1 - length, length).ContainsAnyWord())
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>True for a draft that repeats the last lines above the caret.</summary>
    public static bool RepeatsAbove(CaretScene scene, string draft)
    {
        var lines = (scene.LineBefore + draft).Split('\n').Select(NormalizedLine.Of).Where(line => line.Length > 0).ToArray();
        var above = scene.LinesAbove.TakeLast(MaxLoopLines).ToArray();
        for (var length = 1; length <= MaxLoopLines && length <= above.Length; length++)
        {
            var last = above.AsSpan(above.Length - length);
            var same = Math.Min(length, lines.Length);
            if (last[..same].SequenceEqual(lines.AsSpan(0, same))
                && lines.AsSpan(0, same).ContainsDistinctive()
                && (same == length || same > 1))
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

    private static bool ContainsDistinctive(this Span<string> lines)
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
