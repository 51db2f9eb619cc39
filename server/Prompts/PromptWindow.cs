using Assistant.Basics;
using Assistant.FileAccess;

namespace Assistant.Prompts;

/// <summary>
/// What of a document a completion prompt holds. The suffix is frozen and the prefix begins at a kept place, so that typing only appends
/// to a prompt that ends with the prefix, and a server that keeps what it has read reads the typed characters alone.
/// Line ends are LF, whatever the document has; lengths count UTF-16 units.
/// </summary>
/// <param name="Prefix">The text before the caret from a kept start on: at most 3,000 units, at least 1,500 where the document has them.</param>
/// <param name="Suffix">The text after the caret where it came to rest, at most 1,500 units; without what the editor has closed since.</param>
/// <param name="FromDocumentStart">The prefix begins with the document's first character.</param>
/// <param name="Anchor">The shortest prefix behind which the suffix stood at once; what stands between is the editor's only if the caret is not before it.</param>
public sealed record PromptWindow(string Prefix, string Suffix, bool FromDocumentStart, int Anchor)
{
    /// <summary>A suffix this long is worth more than anything else that costs nothing (docs/model-servers.md).</summary>
    public const int MostSuffix = 1_500;

    public const int LeastPrefix = 1_500;

    /// <summary>Beyond it the start hops forward, and the server reads the prefix again: once in some hundred keystrokes.</summary>
    public const int MostPrefix = 3_000;

    /// <summary>The window for the text as it is now. Pure, and fast enough for every keystroke: it looks at a few thousand characters.</summary>
    /// <param name="previous">The window before, of the same document; null for the first.</param>
    /// <param name="document">The document as the file-access policy admitted it.</param>
    public static PromptWindow Next(PromptWindow? previous, Admitted<TextAround> document)
    {
        var text = document.Text;
        // Twice what is needed: every line end may be a CRLF, and an edit above may have moved the kept start.
        var from = Math.Max(0, text.Before.Length - (2 * MostPrefix));
        var before = LineEnds.ToLf(text.Before[from..]);
        var after = LineEnds.ToLf(text.After[..Math.Min(text.After.Length, 2 * (MostSuffix + EditorClosers.MostLength))]);

        var start = PrefixStart.Next(previous, before, isWholeDocument: from == 0);
        var prefix = before[start.Offset..];
        var anchor = Math.Max(0, (previous?.Anchor ?? prefix.Length) - start.Hopped);
        if (previous is not null && EditorClosers.LengthBefore(previous.Suffix, after) is { } closers && (closers == 0 || prefix.Length >= anchor))
        {
            return new(prefix, previous.Suffix, start.IsDocumentStart, closers == 0 ? Math.Min(anchor, prefix.Length) : anchor);
        }
        return new(prefix, Head(after), start.IsDocumentStart, prefix.Length);
    }

    /// <summary>
    /// The window for a model whose context leaves room for so many tokens; itself where it fits. The suffix gives way first, then the
    /// prefix's far end, in large steps, so that typing goes on to only append.
    /// </summary>
    public PromptWindow Within(int tokens)
    {
        // Dense code has 2.5 characters a token; markers and their like take a few.
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

    // Never in the middle of a pair.
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    private static string Head(string after) =>
        after.Length <= MostSuffix ? after : after[..(char.IsHighSurrogate(after[MostSuffix - 1]) ? MostSuffix - 1 : MostSuffix)];
}
