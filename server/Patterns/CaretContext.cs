using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>The caret's file as tokens: what stands before the caret, to which a continuation is appended token by token, and what stands after it.</summary>
internal sealed class CaretContext
{
    private const int Recent = 300;

    /// <summary>Of a larger file only so much around the caret is read, in UTF-16 units: reading all of a file of 1 MB takes longer than an answer may.</summary>
    private const int FarBefore = 100_000;
    private const int FarAfter = 50_000;

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
        After = new TokenRun(Math.Min(text.After.Length, FarAfter) / 5 + 16);
        After.Append(text.After.AsSpan(0, Math.Min(text.After.Length, FarAfter)), words, []);
        After.EndFile();
        AtLineStart = before[(before.LastIndexOf('\n') + 1)..].IsWhiteSpace();
        Fill(Before);
        Fill(After);
        for (var i = Math.Max(1, Before.Count - Recent); i < Before.Count; i++)
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

    /// <summary>What stands after the caret, from the caret on.</summary>
    public TokenRun After { get; }

    /// <summary>The caret stands in a string, a comment or a preprocessor line.</summary>
    public bool Unfinished { get; }

    /// <summary>The next token is the first of its line.</summary>
    public bool AtLineStart { get; private set; }

    /// <summary>The continuation has ended a line: what follows must follow on a new line elsewhere, too.</summary>
    public bool LineEnded { get; private set; }

    /// <summary>Columns before the caret's line or the continuation's last.</summary>
    public int Indent { get; private set; }

    /// <summary>Whether a word occurs in this file.</summary>
    public bool Knows(int number) => names.Contains(number);

    /// <summary>Tokens since a word stood before the caret, if that is within the last 300.</summary>
    public int? TokensSince(int number) => seen.TryGetValue(number, out var at) ? Before.Count - at : null;

    /// <summary>Round brackets that are open on the caret's line and its continuation.</summary>
    public int OpenBrackets { get; private set; }

    /// <summary>Braces that are open on the caret's line and its continuation; below 0 where a block from before would be closed.</summary>
    public int OpenBraces { get; private set; }

    /// <summary>Ends the line: the next token starts another.</summary>
    public void EndLine() => AtLineStart = LineEnded = true;

    /// <summary>Lengthens the context by a token of the continuation.</summary>
    /// <param name="indentStep">Columns by which a token that starts a line stands farther right than the line before it.</param>
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

    /// <summary>The last part of a long text, from a line's start. Where that lies in a comment or string of many lines, a part of it is read as code.</summary>
    private static ReadOnlySpan<char> Tail(ReadOnlySpan<char> before) =>
        before.Length <= FarBefore ? before : before[^FarBefore..] is var tail ? tail[(tail.IndexOf('\n') + 1)..] : before;

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
