namespace Assistant.Shaping;

/// <summary>Removes line ends and indentation that precede the caret already.</summary>
internal static class LeadingSpace
{
    /// <param name="skipped">White space that was cut from the answer's start, since it is typed already.</param>
    public static string Fit(CaretScene scene, string answer, string skipped)
    {
        if (!scene.OnBlankLine)
        {
            var text = scene.LineBefore is [.., ' ' or '\t'] ? answer.TrimStart(' ', '\t') : answer;
            var line = text.AsSpan().TrimStart(" \t\n");
            var blanks = text.Length - line.Length;
            // Several line ends at the start become one, and an indentation in the middle of a line becomes a space.
            return text.AsSpan(0, blanks).Count('\n') > 0 ? "\n" + text[(text.LastIndexOf('\n', blanks - 1) + 1)..]
                : blanks > 1 ? " " + text[blanks..]
                : text;
        }
        var blank = answer.Length - answer.AsSpan().TrimStart(" \t\n").Length;
        var newline = answer.LastIndexOf('\n', Math.Max(0, blank - 1), Math.Max(0, blank));
        var indent = newline >= 0 ? answer[(newline + 1)..blank] : skipped + answer[..blank];
        // One column less than a step counts as a step, since some servers drop the first space.
        var columns = scene.Style.Columns(indent);
        var more = columns - scene.Indent;
        var isDeeper = more >= 2 || (scene.LineBefore.Length == 0 && more > 0);
        return (isDeeper ? scene.Style.Indent(RoundUp(more, scene.Style.Width)) : "") + answer[blank..];
    }

    private static int RoundUp(int columns, int width) => (columns + 1) % width == 0 ? columns + 1 : columns;
}
