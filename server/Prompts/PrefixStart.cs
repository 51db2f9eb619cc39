namespace Assistant.Prompts;

/// <summary>Where the prefix begins: where it began before, wherever edits above have moved that to; else at a member.</summary>
/// <param name="Offset">Into the text before the caret that was given.</param>
/// <param name="Hopped">By how many units the start went forward through the text since the previous window; negative where it went back. 0 for a start that was chosen without one.</param>
internal readonly record struct PrefixStart(int Offset, bool IsDocumentStart, int Hopped)
{
    /// <summary>Long enough to be found again nowhere else.</summary>
    private const int HeadLength = 200;

    /// <summary>A fresh prefix leaves room on both sides, so that neither typing nor deleting makes it hop soon.</summary>
    private const int FreshLeast = PromptWindow.LeastPrefix + 200;
    private const int FreshMost = PromptWindow.MostPrefix - 500;

    /// <summary>A using directive or two that were added at the top of a short document may stay outside: nothing is read again for them.</summary>
    private const int MostLeftOut = 500;

    /// <param name="before">The end of the text before the caret, LF.</param>
    /// <param name="isWholeDocument"><paramref name="before"/> begins with the document's first character.</param>
    public static PrefixStart Next(PromptWindow? previous, string before, bool isWholeDocument)
    {
        var kept = previous is null ? null : Kept(previous, before, isWholeDocument);
        if (kept is { } offset && IsLongEnough(before.Length - offset, isWholeDocument ? offset : int.MaxValue))
        {
            return new(offset, isWholeDocument && offset == 0, Hopped: 0);
        }
        var fresh = isWholeDocument && before.Length <= FreshMost ? 0 : MemberStart(before);
        return new(fresh, isWholeDocument && fresh == 0, Hopped: kept is { } left ? fresh - left : 0);
    }

    private static bool IsLongEnough(int length, int leftOut) =>
        length <= PromptWindow.MostPrefix && (length >= PromptWindow.LeastPrefix || leftOut <= MostLeftOut);

    // Of all places where the old prefix may begin now, the one that keeps most of it: a server has read that.
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
    /// The start of a member, by the look of the text: the least indented line after an empty one, the last of several.
    /// Parsing would know better and costs milliseconds; a wrong guess costs nothing but a less tidy first line.
    /// </summary>
    private static int MemberStart(string before)
    {
        var (least, most) = (Math.Max(0, before.Length - FreshMost), Math.Max(0, before.Length - FreshLeast));
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
        // One endless line: anywhere, but not inside a surrogate pair.
        return member ?? line ?? (most < before.Length && char.IsLowSurrogate(before[most]) ? most + 1 : most);
    }

    private static bool IsAfterEmptyLine(string text, int lineStart)
    {
        var before = text.AsSpan(0, lineStart - 1);
        return before[(before.LastIndexOf('\n') + 1)..].IsWhiteSpace();
    }
}
