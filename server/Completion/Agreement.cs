namespace Assistant.Completion;

/// <summary>Whether what was typed since an answer began agrees with that answer.</summary>
public static class Agreement
{
    /// <summary>
    /// True while one is a beginning of the other. White space at the start of a line does not count, since editors indent by themselves
    /// and servers lose it; nor does the form of a line end.
    /// </summary>
    /// <param name="answer">The raw answer as far as it has come, or a whole suggestion.</param>
    /// <param name="typed">What stands in the document where the answer would stand.</param>
    public static bool Holds(ReadOnlySpan<char> answer, ReadOnlySpan<char> typed) => Walk(answer, typed) is not null;

    /// <summary>How much of the answer has been typed, or null where it was not typed to its end or disagrees. UTF-16 units of the answer.</summary>
    public static int? Consumed(ReadOnlySpan<char> answer, ReadOnlySpan<char> typed) =>
        Walk(answer, typed) is (var at, true) ? at : null;

    private static (int At, bool AllTyped)? Walk(ReadOnlySpan<char> answer, ReadOnlySpan<char> typed)
    {
        int a = 0, t = 0;
        var lineStart = true;
        while (true)
        {
            if (lineStart)
            {
                a += Blank(answer[a..]);
                t += Blank(typed[t..]);
            }
            while (a < answer.Length && answer[a] == '\r')
            {
                a++;
            }
            while (t < typed.Length && typed[t] == '\r')
            {
                t++;
            }
            if (t == typed.Length)
            {
                return (a, true);
            }
            if (a == answer.Length)
            {
                return (a, false);
            }
            if (answer[a] != typed[t])
            {
                return null;
            }
            lineStart = typed[t] == '\n';
            a++;
            t++;
        }
    }

    private static int Blank(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(' ', '\t') is var end and >= 0 ? end : text.Length;
}
