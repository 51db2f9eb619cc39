using System.Buffers;
using System.Text;
using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>
/// Writes a continuation's tokens as text for the caret: with the document's spaces, line ends and indentation, without the typed part of
/// a name, and over the closers that the editor inserted.
/// </summary>
internal sealed class ContinuationText
{
    private const string CloserCharacters = " \t)]};,>\"'";
    private const int MinCharacters = 3;
    private const int TabWidth = 4;
    private static readonly SearchValues<char> Closers = SearchValues.Create(CloserCharacters);

    private readonly Vocabulary words;
    private readonly CaretContext caret;
    private readonly string newLine;
    private readonly bool tabs;
    private readonly bool glued;
    private readonly StringBuilder written = new();
    private readonly Stack<char> open = new();
    private readonly string lineAfter;
    private int replaced;
    private Mark mark;

    public ContinuationText(Vocabulary words, CaretContext caret, TextAround text)
    {
        (this.words, this.caret, lineAfter) = (words, caret, text.LineAfter.ToString());
        newLine = text.Before.Contains("\r\n", StringComparison.Ordinal) || text.After.Contains("\r\n", StringComparison.Ordinal)
            ? "\r\n"
            : "\n";
        tabs = text.Before.Contains("\n\t", StringComparison.Ordinal) || text.After.Contains("\n\t", StringComparison.Ordinal);
        glued = text.Before.Length > 0 && !char.IsWhiteSpace(text.Before[^1]) && caret.Begun.Length == 0;
    }

    /// <summary>A place at which the text may end.</summary>
    /// <param name="Length">UTF-16 units of the text.</param>
    /// <param name="Replaced">UTF-16 units after the caret that the text replaces.</param>
    /// <param name="Confidence">0 to 1.</param>
    public readonly record struct Mark(int Length, int Replaced, double Confidence, int Lines);

    public int Lines { get; private set; } = 1;

    /// <summary>True where only closing brackets, quotes and separators, as editors insert them, follow the caret.</summary>
    public static bool OnlyClosers(ReadOnlySpan<char> lineAfter) => lineAfter.IndexOfAnyExcept(Closers) < 0;

    /// <summary>Writes a token.</summary>
    /// <returns>False for a token that does not fit the text after the caret.</returns>
    public bool Append(int token, bool startsLine, int indent)
    {
        var name = words[Token.Number(token)].Text;
        if (name.Length == 0 || !FitsAfter(name))
        {
            return false;
        }
        if (written.Length == 0)
        {
            written.Append(glued && Token.SpaceBefore(token) ? " " : "").Append(name, caret.Begun.Length, name.Length - caret.Begun.Length);
        }
        else if (startsLine)
        {
            Lines++;
            written.Append(newLine);
            _ = tabs ? written.Append('\t', indent / TabWidth).Append(' ', indent % TabWidth) : written.Append(' ', indent);
            written.Append(name);
        }
        else
        {
            written.Append(Token.SpaceBefore(token) ? " " : "").Append(name);
        }
        return true;
    }

    /// <summary>Ends the line. A text of several lines ends only at such a place, with its braces closed.</summary>
    public void EndLine(double confidence)
    {
        if (Lines == 1 || caret.OpenBraces <= 0)
        {
            mark = new(written.Length, replaced, confidence, Lines);
        }
    }

    /// <summary>The text with the UTF-16 units after the caret that it replaces; null for a text under three characters.</summary>
    public (string Text, int ReplaceAfter, double Confidence)? Finish(double confidence)
    {
        var end = Lines == 1 ? new(written.Length, replaced, confidence, 1) : mark;
        var text = written.ToString(0, end.Length);
        return text.AsSpan().Trim().Length < MinCharacters ? null : (text, end.Replaced, end.Confidence);
    }

    /// <summary>A closer without its opener in the continuation replaces the next closer after the caret, which must be the same.</summary>
    private bool FitsAfter(string name)
    {
        switch (name[0])
        {
            case '(' or '[' or '{':
                open.Push(name[0]);
                return true;
            case ')' or ']' or '}' when open.Count > 0:
                open.Pop();
                return true;
            case ')' or ']' or '}' or ';' when open.Count == 0:
                return TakesNext(name[0]);
            default:
                return true;
        }
    }

    private bool TakesNext(char closer)
    {
        var next = replaced;
        while (next < lineAfter.Length && char.IsWhiteSpace(lineAfter[next]))
        {
            next++;
        }
        if (next >= lineAfter.Length)
        {
            return true;
        }
        if (lineAfter[next] != closer)
        {
            return false;
        }
        replaced = next + 1;
        return true;
    }
}
