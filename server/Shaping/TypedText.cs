using Assistant.Basics;

namespace Assistant.Shaping;

/// <summary>The comparison of an answer with the typed text that the prompt left out.</summary>
internal abstract record TypedText
{
    private TypedText()
    {
    }

    /// <param name="Rest">The answer without the typed text.</param>
    /// <param name="Skipped">The white space at the answer's start, where the typed text is white space only.</param>
    public sealed record Agrees(string Rest, string Skipped) : TypedText;

    /// <summary>The answer so far is a beginning of the typed text.</summary>
    public sealed record Unfinished : TypedText;

    public sealed record Disagrees : TypedText;

    /// <summary>
    /// Ignores white space, which models and servers drop, double, or write in another style, except between two words, where it
    /// distinguishes <c>return value</c> from <c>returnValue</c>.
    /// </summary>
    public static TypedText Cut(string answer, string takenBack)
    {
        if (takenBack.Length == 0)
        {
            return new Agrees(answer, "");
        }
        var (at, matched) = (0, -1);
        for (var i = 0; i < takenBack.Length; i++)
        {
            if (char.IsWhiteSpace(takenBack[i]))
            {
                continue;
            }
            at = SkipSpace(answer, at);
            if (at == answer.Length)
            {
                return new Unfinished();
            }
            var isSpaced = i > 0 && char.IsWhiteSpace(takenBack[i - 1]);
            if (answer[at] != takenBack[i] || (matched >= 0 && JoinsOrSplits(answer, matched, at, isSpaced)))
            {
                return new Disagrees();
            }
            matched = at++;
        }
        if (matched < 0)
        {
            var start = answer.Length - answer.AsSpan().TrimStart(" \t").Length;
            return new Agrees(answer[start..], answer[..start]);
        }
        // `returnValue` disagrees with a typed `return` and a space, but not with `return` alone.
        return char.IsWhiteSpace(takenBack[^1]) && at < answer.Length && JoinsOrSplits(answer, matched, at, isSpaced: true)
            ? new Disagrees()
            : new Agrees(answer[at..], "");
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
        return at;
    }

    /// <returns>True where the answer joins two typed words into one, or splits one.</returns>
    private static bool JoinsOrSplits(string answer, int left, int right, bool isSpaced) =>
        Identifier.IsPart(answer[left]) && Identifier.IsPart(answer[right]) && isSpaced != (right > left + 1);
}
