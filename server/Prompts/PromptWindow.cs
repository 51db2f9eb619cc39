using Assistant.Basics;
using Assistant.FileAccess;

namespace Assistant.Prompts;

/// <summary>
/// The part of a document that a completion prompt holds. The suffix is frozen and the prefix keeps its start, so that typing only appends
/// to a prompt that ends with the prefix, and a server with a prompt cache evaluates only the typed characters.
/// Line ends are LF in any document; lengths count UTF-16 units.
/// </summary>
/// <param name="Prefix">The text before the caret from the kept start: at most 3,000 units, at least 1,500 in a longer document.</param>
/// <param name="Suffix">The text after the caret, at most 1,500 units, without the closers that the editor inserted since.</param>
/// <param name="FromDocumentStart">The prefix begins with the document's first character.</param>
/// <param name="Anchor">
/// The length of the shortest prefix that the suffix followed directly. Text between a prefix and the suffix is the editor's only where the
/// prefix is at least that long.
/// </param>
public sealed record PromptWindow(string Prefix, string Suffix, bool FromDocumentStart, int Anchor)
{
    /// <summary>UTF-16 units; a suffix of this length improves answers most for its cost (docs/model-servers.md).</summary>
    public const int MaxSuffix = 1_500;

    public const int MinPrefix = 1_500;

    /// <summary>
    /// UTF-16 units. Beyond them the start moves forward, and the server evaluates the prefix again, about once in 100 keystrokes.
    /// </summary>
    public const int MaxPrefix = 3_000;

    /// <summary>
    /// The window for a document's new text. A pure function, fast enough for every keystroke: it reads a few thousand characters.
    /// </summary>
    /// <param name="previous">The previous window of the same document; null for the first.</param>
    /// <param name="document">The document as the file-access policy admitted it.</param>
    public static PromptWindow Next(PromptWindow? previous, Admitted<TextAround> document)
    {
        var text = document.Text;
        // Twice the prefix's length: every line end may be a CRLF, and an edit above may have moved the kept start.
        var from = Math.Max(0, text.Before.Length - (2 * MaxPrefix));
        var before = LineEnds.ToLf(text.Before[from..]);
        var after = LineEnds.ToLf(text.After[..Math.Min(text.After.Length, 2 * (MaxSuffix + EditorClosers.MaxLength))]);

        var start = PrefixStart.Next(previous, before, isWholeDocument: from == 0);
        var prefix = before[start.Offset..];
        var anchor = Math.Max(0, (previous?.Anchor ?? prefix.Length) - start.Hopped);
        if (previous is not null
            && EditorClosers.LengthBefore(previous.Suffix, after) is { } closers
            && (closers == 0 || prefix.Length >= anchor))
        {
            return new(prefix, previous.Suffix, start.IsDocumentStart, closers == 0 ? Math.Min(anchor, prefix.Length) : anchor);
        }
        return new(prefix, Head(after), start.IsDocumentStart, prefix.Length);
    }

    /// <summary>
    /// The window for a limit of tokens; the same window where it fits. The suffix is cut first, then the prefix's start, in large steps,
    /// so that typing still only appends.
    /// </summary>
    public PromptWindow Within(int tokens)
    {
        // Dense code has 2.5 characters per token; the markers take up to 32 tokens.
        var room = Math.Max(0, (int)((tokens - 32) * 2.5));
        if (Prefix.Length + Suffix.Length <= room)
        {
            return this;
        }
        var suffix = Suffix.Length <= room / 4 ? Suffix : Suffix[..Whole(Suffix, room / 4)];
        var most = room - suffix.Length;
        if (Prefix.Length <= most)
        {
            return this with { Suffix = suffix };
        }
        var step = Math.Max(1, most / 2);
        var start = Whole(Prefix, Math.Min(Prefix.Length, (Prefix.Length - most + step - 1) / step * step));
        return new(Prefix[start..], suffix, FromDocumentStart: false, Math.Max(0, Anchor - start));
    }

    // The cut never splits a surrogate pair.
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    private static string Head(string after) =>
        after.Length <= MaxSuffix ? after : after[..(char.IsHighSurrogate(after[MaxSuffix - 1]) ? MaxSuffix - 1 : MaxSuffix)];
}
