namespace Assistant.Shaping;

/// <summary>A document's indentation: tabs, or <paramref name="Width"/> spaces.</summary>
internal readonly record struct IndentStyle(bool Tabs, int Width)
{
    /// <summary>The style of the lines near the caret; four spaces where no line is indented.</summary>
    public static IndentStyle Of(string before, string after)
    {
        var (tabs, spaces) = (0, 0);
        var widths = new int[9];
        var last = 0;
        foreach (var line in before.Split('\n').Concat(after.Split('\n')))
        {
            var indent = line.Length - line.AsSpan().TrimStart(" \t").Length;
            if (indent == line.Length)
            {
                continue;
            }
            tabs += indent > 0 && line[0] == '\t' ? 1 : 0;
            spaces += indent > 0 && line[0] == ' ' ? 1 : 0;
            var step = indent - last;
            if (step is 2 or 3 or 4 or 8)
            {
                widths[step]++;
            }
            last = indent;
        }
        return new(tabs > spaces, tabs > spaces || widths.Max() == 0 ? 4 : Array.IndexOf(widths, widths.Max()));
    }

    /// <summary>Columns of white space at the start of a line.</summary>
    public int Columns(ReadOnlySpan<char> line)
    {
        var columns = 0;
        foreach (var c in line)
        {
            if (c == '\t')
            {
                columns += Width - (columns % Width);
            }
            else if (c == ' ')
            {
                columns++;
            }
            else
            {
                break;
            }
        }
        return columns;
    }

    public string Indent(int columns) =>
        Tabs ? new string('\t', columns / Width) + new string(' ', columns % Width) : new string(' ', columns);
}
