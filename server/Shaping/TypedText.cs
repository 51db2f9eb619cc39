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

    /// <summary>White space counts for nothing: models and servers drop it, double it, or write it in another style.</summary>
    public static TypedText Cut(string answer, string takenBack)
    {
        if (takenBack.Length == 0)
        {
            return new Agrees(answer, "");
        }
        var at = 0;
        foreach (var c in takenBack)
        {
            if (char.IsWhiteSpace(c))
            {
                continue;
            }
            while (at < answer.Length && char.IsWhiteSpace(answer[at]))
            {
                at++;
            }
            if (at == answer.Length)
            {
                return new Unfinished();
            }
            if (answer[at] != c)
            {
                return new Disagrees();
            }
            at++;
        }
        if (at > 0)
        {
            return new Agrees(answer[at..], "");
        }
        var start = answer.Length - answer.AsSpan().TrimStart(" \t").Length;
        return new Agrees(answer[start..], answer[..start]);
    }
}
