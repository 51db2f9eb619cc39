namespace Assistant.Shaping;

/// <summary>Ends the code at a marker of the model's format or a Markdown fence, and removes a fence around the code.</summary>
internal static class Markup
{
    private const string Fence = "```";

    /// <summary>Markers of chat formats, for all families: instruct models write them now and then.</summary>
    private static readonly string[] ChatMarkers =
    [
        "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<COMPLETION>", "</COMPLETION>", "<tool_call>",
        "</tool_call>", "<think>", "</think>",
    ];

    /// <returns>The code, with LF line ends.</returns>
    public static Part Cut(string raw, IReadOnlyList<string> markers, AnswerEnd end)
    {
        // A single CR is one half of a CRLF.
        var text = raw.Replace("\r", "", StringComparison.Ordinal);
        var all = markers.Concat(ChatMarkers).Where(marker => marker.Length > 0).ToArray();
        var cut = all.Select(marker => text.IndexOf(marker, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (cut >= 0)
        {
            return new(Unfenced(text[..cut]).Text, StopReason.Markup);
        }
        if (end == AnswerEnd.Open)
        {
            return Unfenced(text);
        }
        var part = Unfenced(text[..^BegunMarker(text, all)]);
        return string.IsNullOrWhiteSpace(part.Text) && !string.IsNullOrWhiteSpace(text) ? part with { Stop = StopReason.Markup } : part;
    }

    private static Part Unfenced(string text)
    {
        var start = text.Length - text.AsSpan().TrimStart().Length;
        if (text.AsSpan(start).StartsWith(Fence, StringComparison.Ordinal))
        {
            var line = text.IndexOf('\n', start);
            if (line < 0)
            {
                return new("", null);
            }
            text = text[(line + 1)..];
        }
        var fence = text.IndexOf(Fence, StringComparison.Ordinal);
        return fence < 0 ? new(text, null) : new(text[..(text.LastIndexOf('\n', fence) + 1)], StopReason.Markup);
    }

    // The limit on tokens may end the answer inside a marker of several tokens.
    private static int BegunMarker(string text, string[] markers)
    {
        for (var length = Math.Min(text.Length, markers.Max(marker => marker.Length) - 1); length > 1; length--)
        {
            var tail = text.AsSpan(text.Length - length);
            foreach (var marker in markers)
            {
                if (length < marker.Length
                    && tail[0] is '<' or '['
                    && marker.AsSpan().StartsWith(tail, StringComparison.Ordinal)
                    && !IsCode(tail))
                {
                    return length;
                }
            }
        }
        return 0;
    }

    // `<e` may begin a type argument; `<|` is never C#.
    private static bool IsCode(ReadOnlySpan<char> tail) => tail[1] is not ('|' or '/' or '｜') && tail.Length < 4;
}
