using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>
/// The caret's file as tokens before and after the caret. A continuation is appended to the tokens before it, one at a time.
/// </summary>
internal sealed class CaretContext
{
    private const int RecentTokens = 300;

    /// <summary>UTF-16 units before the caret that are read: reading all of a file of 1 MB takes longer than an answer may.</summary>
    private const int MaxBefore = 100_000;

    private const int MaxAfter = 50_000;

    private readonly Vocabulary words;
    private readonly Dictionary<int, int> last = [];
    private readonly HashSet<int> names = [];
    private readonly Dictionary<int, int> seen = [];

    public CaretContext(Vocabulary words, TextAround text)
    {
        this.words = words;
        var begun = text.Before.Length;
        while (begun > 0 && Identifier.IsPart(text.Before[begun - 1]))
        {
            begun--;
        }
        Begun = text.Before[begun..];
        var before = Tail(text.Before.AsSpan(0, begun));
        Before = new TokenRun(before.Length / 5 + 64);
        Unfinished = Before.Append(before, words, last);
        After = new TokenRun(Math.Min(text.After.Length, MaxAfter) / 5 + 16);
        After.Append(text.After.AsSpan(0, Math.Min(text.After.Length, MaxAfter)), words, []);
        After.EndFile();
        AtLineStart = before[(before.LastIndexOf('\n') + 1)..].IsWhiteSpace();
        Fill(Before);
        Fill(After);
        for (var i = Math.Max(1, Before.Count - RecentTokens); i < Before.Count; i++)
        {
            seen[Before.Number(i)] = i;
        }
        var line = Before.LineStart(Before.Count - 1);
        var column = before[(before.LastIndexOf('\n') + 1)..];
        Indent = AtLineStart ? column.Length + (column.Count('\t') * 3) : Token.Indent(Before[line]);
        for (var i = AtLineStart ? Before.Count : line; i < Before.Count; i++)
        {
            Weigh(Before.Number(i));
        }
    }

    /// <summary>The part of a name that is typed already; the continuation's first token begins with it.</summary>
    public string Begun { get; }

    public TokenRun Before { get; }

    /// <summary>The tokens after the caret.</summary>
    public TokenRun After { get; }

    /// <summary>The caret is in a string, a comment or a preprocessor line.</summary>
    public bool Unfinished { get; }

    /// <summary>The next token is the first of its line.</summary>
    public bool AtLineStart { get; private set; }

    /// <summary>The continuation has ended a line: only tokens that start a line elsewhere may follow.</summary>
    public bool LineEnded { get; private set; }

    /// <summary>Columns of white space before the continuation's last line, or before the caret's line.</summary>
    public int Indent { get; private set; }

    /// <summary>True for a word that occurs in this file.</summary>
    public bool Knows(int number) => names.Contains(number);

    /// <summary>Tokens between the last occurrence of a word and the caret; null beyond 300.</summary>
    public int? TokensSince(int number) => seen.TryGetValue(number, out var at) ? Before.Count - at : null;

    /// <summary>Parentheses that are open on the caret's line and its continuation.</summary>
    public int OpenBrackets { get; private set; }

    /// <summary>Braces that are open on the caret's line and its continuation; negative where an earlier block would be closed.</summary>
    public int OpenBraces { get; private set; }

    /// <summary>Ends the line: the next token starts another.</summary>
    public void EndLine() => AtLineStart = LineEnded = true;

    /// <summary>Lengthens the context by a token of the continuation.</summary>
    /// <param name="indentStep">Columns by which a token that starts a line is indented beyond the line before it.</param>
    public void Continue(int token, int indentStep = 0)
    {
        if (LineEnded)
        {
            Indent = Math.Max(0, Indent + indentStep);
            token = Token.OnLine(token, Indent);
        }
        AtLineStart = LineEnded = false;
        seen[Token.Number(token)] = Before.Count;
        Weigh(Token.Number(token));
        Before.AppendLinked(token, words, last);
    }

    /// <summary>The last part of a long text, from a line's start. A part that starts inside a comment or string is read as code.</summary>
    private static ReadOnlySpan<char> Tail(ReadOnlySpan<char> before) =>
        before.Length <= MaxBefore ? before : before[^MaxBefore..] is var tail ? tail[(tail.IndexOf('\n') + 1)..] : before;

    private void Weigh(int number)
    {
        switch (words[number].Text)
        {
            case "(":
                OpenBrackets++;
                break;
            case ")":
                OpenBrackets--;
                break;
            case "{":
                OpenBraces++;
                break;
            case "}":
                OpenBraces--;
                break;
        }
    }

    private void Fill(TokenRun run)
    {
        for (var i = 1; i < run.Count; i++)
        {
            names.Add(run.Number(i));
        }
    }
}
