namespace Assistant.Completion;

/// <summary>Compares an answer with the text that was typed since it began.</summary>
public static class Agreement
{
    /// <summary>
    /// True while one is a beginning of the other. White space at the start of a line does not count, since editors indent by themselves
    /// and servers lose it. The form of a line end does not count either.
    /// </summary>
    /// <param name="answer">The raw answer as far as it has come, or a whole suggestion.</param>
    /// <param name="typed">The document's text between the answer's origin and the caret.</param>
    public static bool Holds(ReadOnlySpan<char> answer, ReadOnlySpan<char> typed) => Walk(answer, typed) is not null;

    /// <summary>UTF-16 units of the answer that were typed; null where the typed text disagrees or goes beyond the answer.</summary>
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
