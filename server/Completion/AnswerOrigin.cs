using System.Buffers;
using Assistant.Basics;

namespace Assistant.Completion;

/// <summary>The place in a document at which an answer begins: the text before it and the text after the caret, as they were.</summary>
/// <param name="Before">Everything before the answer; text that was taken back for the prompt belongs to the answer.</param>
/// <param name="After">Everything after the caret.</param>
internal sealed record AnswerOrigin(string Uri, string Before, string After)
{
    /// <summary>UTF-16 units of the document around it.</summary>
    public int Length => Before.Length + After.Length;

    /// <summary>
    /// What stands now where the answer would stand, if the document is otherwise the same; else null. Closers that the editor put
    /// after the caret while typing are no difference.
    /// </summary>
    public string? TypedIn(string uri, TextAround now) =>
        uri == Uri
        && now.Before.Length >= Before.Length
        && now.After.Length >= After.Length
        && now.After.AsSpan().EndsWith(After)
        && EditorMade(now.After.AsSpan(0, now.After.Length - After.Length))
        && now.Before.AsSpan().StartsWith(Before)
            ? now.Before[Before.Length..]
            : null;

    /// <summary>As <see cref="TypedIn"/> for a text whose caret is not known: what was put in between, closers at its end included.</summary>
    public string? PutIn(string uri, string text) =>
        uri == Uri
        && text.Length >= Before.Length + After.Length
        && text.AsSpan().StartsWith(Before)
        && text.AsSpan().EndsWith(After)
            ? text[Before.Length..^After.Length].TrimEnd(Closers)
            : null;

    private static readonly char[] Closers = [')', ']', '}', '"', '\'', '>', ' ', '\t', '\r', '\n'];

    private static readonly SearchValues<char> EditorMadeOnes = SearchValues.Create(Closers);

    private static bool EditorMade(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(EditorMadeOnes) < 0;
}
