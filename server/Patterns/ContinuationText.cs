using System.Buffers;
using System.Text;
using Assistant.Basics;

namespace Assistant.Patterns;

/// <summary>Writes a continuation's tokens as text that fits the caret: spaces, the begun name, and what the editor closed already.</summary>
internal sealed class ContinuationText(Vocabulary words, CaretContext caret, TextAround text)
{
    private static readonly SearchValues<char> Closers = SearchValues.Create(" \t)]};,\"'>");
    private readonly StringBuilder written = new();

    /// <summary>Nothing but brackets, quotes and separators, as an editor closes them, stands after the caret.</summary>
    public static bool OnlyClosers(ReadOnlySpan<char> lineAfter) => lineAfter.IndexOfAnyExcept(Closers) < 0;

    public void Append(int token)
    {
        var name = words[Token.Number(token)].Text;
        if (written.Length == 0)
        {
            var glued = text.Before.Length == 0 || char.IsWhiteSpace(text.Before[^1]) || caret.Begun.Length > 0;
            written.Append(!glued && Token.SpaceBefore(token) ? " " : "").Append(name, caret.Begun.Length, name.Length - caret.Begun.Length);
        }
        else
        {
            written.Append(Token.SpaceBefore(token) ? " " : "").Append(name);
        }
    }

    /// <summary>The text, and how much of what stands after the caret it replaces: the closers that the text has itself.</summary>
    public (string Text, int ReplaceAfter) Finish()
    {
        var insert = written.ToString();
        var replace = 0;
        var from = 0;
        var after = text.LineAfter;
        while (replace < after.Length && insert.IndexOf(after[replace], from) is var found and >= 0)
        {
            from = found + 1;
            replace++;
        }
        return (insert, replace);
    }
}
