using Assistant.Basics;

namespace Assistant.Shaping;

/// <summary>An answer compared with what is typed already but was left out of the prompt.</summary>
internal abstract record TypedText
{
    private TypedText()
    {
    }

    /// <param name="Rest">What follows it.</param>
    /// <param name="Skipped">The white space that the answer began with, where all that was taken back is white space.</param>
    public sealed record Agrees(string Rest, string Skipped) : TypedText;

    /// <summary>It agrees as far as it has come.</summary>
    public sealed record Unfinished : TypedText;

    public sealed record Disagrees : TypedText;

    /// <summary>
    /// White space counts for nothing, since models and servers drop it, double it, or write it in another style; save between two words,
    /// where it tells <c>return value</c> from <c>returnValue</c>.
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
            if (answer[at] != takenBack[i] || (matched >= 0 && JoinsOrParts(answer, matched, at, isSpaced)))
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
        // Behind `return` and a space, `returnValue` is not what is typed. Without the space it may be.
        return char.IsWhiteSpace(takenBack[^1]) && at < answer.Length && JoinsOrParts(answer, matched, at, isSpaced: true)
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

    /// <returns>The answer writes as one word what is typed as two, or the other way round.</returns>
    private static bool JoinsOrParts(string answer, int left, int right, bool isSpaced) =>
        Identifier.IsPart(answer[left]) && Identifier.IsPart(answer[right]) && isSpaced != (right > left + 1);
}
