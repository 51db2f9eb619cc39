namespace Assistant.Cli;

/// <summary>Columns of equal width for the terminal, two spaces apart.</summary>
internal static class TextTable
{
    /// <param name="rows">The heading first; all of the same length.</param>
    /// <param name="leftAligned">This many columns are aligned left, those after them right.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, int leftAligned)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) =>
            column < leftAligned ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }
}
