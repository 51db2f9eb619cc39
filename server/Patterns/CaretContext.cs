using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>The caret's file as tokens: what stands before the caret, to which a continuation is appended token by token, and what stands after it.</summary>
internal sealed class CaretContext
{
    private readonly Vocabulary words;
    private readonly Dictionary<int, int> last = [];
    private readonly HashSet<int> names = [];

    public CaretContext(Vocabulary words, TextAround text)
    {
        this.words = words;
        var begun = text.Before.Length;
        while (begun > 0 && (char.IsLetterOrDigit(text.Before[begun - 1]) || text.Before[begun - 1] == '_'))
        {
            begun--;
        }
        Begun = text.Before[begun..];
        var before = text.Before.AsSpan(0, begun);
        Before = new TokenRun(before.Length / 5 + 64);
        Unfinished = Before.Append(before, words, last);
        After = new TokenRun(text.After.Length / 5 + 16);
        After.Append(text.After, words, []);
        After.EndFile();
        AtLineStart = before[(before.LastIndexOf('\n') + 1)..].IsWhiteSpace();
        Fill(Before);
        Fill(After);
    }

    /// <summary>The part of a name that is typed already; the continuation's first token begins with it.</summary>
    public string Begun { get; }

    public TokenRun Before { get; }

    /// <summary>What stands after the caret, from the caret on.</summary>
    public TokenRun After { get; }

    /// <summary>The caret stands in a string, a comment or a preprocessor line.</summary>
    public bool Unfinished { get; }

    public bool AtLineStart { get; }

    /// <summary>Whether a word occurs in this file.</summary>
    public bool Knows(int number) => names.Contains(number);

    /// <summary>Lengthens the context by a token of the continuation.</summary>
    public void Continue(int token) => Before.AppendLinked(token, words, last);

    private void Fill(TokenRun run)
    {
        for (var i = 1; i < run.Count; i++)
        {
            names.Add(run.Number(i));
        }
    }
}
