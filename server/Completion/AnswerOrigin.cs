using System.Buffers;
using Assistant.Basics;

namespace Assistant.Completion;

/// <summary>The place in a document at which an answer begins, by the text around it at the time of the request.</summary>
/// <param name="Before">All text before the answer. Text that the prompt left out (half tokens) belongs to the answer.</param>
/// <param name="After">All text after the caret.</param>
public sealed record AnswerOrigin(string Uri, string Before, string After)
{
    /// <summary>A place whose answer begins at the query's caret.</summary>
    public static AnswerOrigin At(CompletionQuery query) => new(query.Uri, query.Continued.Before, query.Continued.After);

    /// <summary>UTF-16 units of the document around the answer.</summary>
    public int Length => Before.Length + After.Length;

    /// <summary>
    /// The text that is now between the origin and the caret; null where the document differs elsewhere. Closers that the editor
    /// inserted after the caret are no difference.
    /// </summary>
    public string? TypedIn(string uri, TextAround now) =>
        uri == Uri
        && now.Before.Length >= Before.Length
        && now.After.Length >= After.Length
        && now.After.AsSpan().EndsWith(After)
        && IsEditorMade(now.After.AsSpan(0, now.After.Length - After.Length))
        && now.Before.AsSpan().StartsWith(Before)
            ? now.Before[Before.Length..]
            : null;

    /// <summary>
    /// As <see cref="TypedIn"/> for a text whose caret is not known. Closers at the end of the inserted text do not count.
    /// </summary>
    public string? InsertedIn(string uri, string text) =>
        uri == Uri
        && text.Length >= Before.Length + After.Length
        && text.AsSpan().StartsWith(Before)
        && text.AsSpan().EndsWith(After)
            ? text[Before.Length..^After.Length].TrimEnd(Closers)
            : null;

    private static readonly char[] Closers = [')', ']', '}', '"', '\'', '>', ' ', '\t', '\r', '\n'];

    private static readonly SearchValues<char> CloserSet = SearchValues.Create(Closers);

    private static bool IsEditorMade(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(CloserSet) < 0;
}
