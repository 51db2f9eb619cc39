using System.Globalization;

namespace Assistant.Cli;

/// <summary>
/// <c>FILE:LINE:COL</c>: 1-based, columns in UTF-16 units. Parsed from the right, since paths may contain colons (<c>C:\a.cs:3:5</c>).
/// </summary>
public sealed record FilePosition(string File, int Line, int Column)
{
    public static FilePosition? Parse(string text) =>
        text.Split(':') is [.. var file, var line, var column]
        && file.Length > 0
        && string.Join(':', file) is { Length: > 0 } path
        && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var row)
        && int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
        && row > 0
        && place > 0
            ? new FilePosition(path, row, place)
            : null;

    /// <summary>The UTF-16 offset of the place in the text; null if the text has no such line or column.</summary>
    public int? OffsetIn(string text)
    {
        var start = 0;
        for (var line = 1; line < Line; line++)
        {
            var end = text.IndexOf('\n', start);
            if (end < 0)
            {
                return null;
            }
            start = end + 1;
        }
        var length = text.AsSpan(start).IndexOfAny('\r', '\n') is var at and >= 0 ? at : text.Length - start;
        return Column - 1 <= length ? start + Column - 1 : null;
    }
}
