namespace Assistant.Prompts;

/// <summary>
/// The start of the prefix: the start of the previous prefix, also after edits above it moved it, else the start of a member.
/// </summary>
/// <param name="Offset">UTF-16 offset in the given text before the caret.</param>
/// <param name="Hopped">
/// UTF-16 units by which the start moved forward since the previous window; negative for a move back, 0 without a previous window.
/// </param>
internal readonly record struct PrefixStart(int Offset, bool IsDocumentStart, int Hopped)
{
    /// <summary>UTF-16 units of the prefix's head: long enough to occur only once in a document.</summary>
    private const int HeadLength = 200;

    /// <summary>A fresh prefix keeps away from both limits, so that neither typing nor deleting moves its start soon.</summary>
    private const int MinFresh = PromptWindow.MinPrefix + 200;

    private const int MaxFresh = PromptWindow.MaxPrefix - 500;

    /// <summary>UTF-16 units at the top of a short document that the prefix may leave out, such as new using directives.</summary>
    private const int MaxLeftOut = 500;

    /// <param name="before">The end of the text before the caret, LF.</param>
    /// <param name="isWholeDocument"><paramref name="before"/> begins with the document's first character.</param>
    public static PrefixStart Next(PromptWindow? previous, string before, bool isWholeDocument)
    {
        var kept = previous is null ? null : Kept(previous, before, isWholeDocument);
        if (kept is { } offset && IsLongEnough(before.Length - offset, isWholeDocument ? offset : int.MaxValue))
        {
            return new(offset, isWholeDocument && offset == 0, Hopped: 0);
        }
        var fresh = isWholeDocument && before.Length <= MaxFresh ? 0 : MemberStart(before);
        return new(fresh, isWholeDocument && fresh == 0, Hopped: kept is { } left ? fresh - left : 0);
    }

    private static bool IsLongEnough(int length, int leftOut) =>
        length <= PromptWindow.MaxPrefix && (length >= PromptWindow.MinPrefix || leftOut <= MaxLeftOut);

    // Of all possible starts of the old prefix, the best one keeps most of it: a server has evaluated that text.
    private static int? Kept(PromptWindow previous, string before, bool isWholeDocument)
    {
        var best = isWholeDocument && previous.FromDocumentStart ? 0 : (int?)null;
        var bestLength = best is null ? 0 : before.AsSpan().CommonPrefixLength(previous.Prefix);
        var head = previous.Prefix[..Math.Min(HeadLength, previous.Prefix.Length)];
        if (head.Length < HeadLength)
        {
            return best;
        }
        for (var at = before.IndexOf(head, StringComparison.Ordinal); at >= 0; at = before.IndexOf(head, at + 1, StringComparison.Ordinal))
        {
            var length = before.AsSpan(at).CommonPrefixLength(previous.Prefix);
            if (length > bestLength)
            {
                (best, bestLength) = (at, length);
            }
        }
        return best;
    }

    /// <summary>
    /// The likely start of a member: the least indented line after an empty one, the last of several. Parsing would be exact, but takes
    /// milliseconds; a wrong guess only makes the prompt's first line less tidy.
    /// </summary>
    private static int MemberStart(string before)
    {
        var (least, most) = (Math.Max(0, before.Length - MaxFresh), Math.Max(0, before.Length - MinFresh));
        int? member = null;
        var memberIndent = int.MaxValue;
        int? line = null;
        for (var at = before.IndexOf('\n', least) + 1; at > 0 && at <= most; at = before.IndexOf('\n', at) + 1)
        {
            var rest = before.AsSpan(at);
            var indent = rest.Length - rest.TrimStart(" \t").Length;
            if (indent == rest.Length || rest[indent] == '\n')
            {
                continue;
            }
            line = at;
            if (IsAfterEmptyLine(before, at) && indent <= memberIndent)
            {
                (member, memberIndent) = (at, indent);
            }
        }
        // A text of one long line is cut anywhere, but not inside a surrogate pair.
        return member ?? line ?? (most < before.Length && char.IsLowSurrogate(before[most]) ? most + 1 : most);
    }

    private static bool IsAfterEmptyLine(string text, int lineStart)
    {
        var before = text.AsSpan(0, lineStart - 1);
        return before[(before.LastIndexOf('\n') + 1)..].IsWhiteSpace();
    }
}
