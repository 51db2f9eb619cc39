namespace Assistant.Shaping;

/// <summary>Ends an answer where it begins to repeat the lines after the caret.</summary>
internal static class RepeatsBelow
{
    /// <summary>Lines after the caret that are compared with the answer's lines: models skip a line now and then.</summary>
    private const int ComparedLines = 3;

    public static Part Cut(CaretScene scene, Part part)
    {
        var below = scene.LinesBelow.Take(ComparedLines).ToArray();
        if (below.Length == 0 || scene.InText)
        {
            return part;
        }
        var lines = part.Text.Split('\n');
        var start = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = NormalizedLine.Of(i == 0 ? scene.LineBefore + lines[i] : lines[i]);
            if (line.Length > 0 && (NormalizedLine.IsDistinctive(line) ? below.Contains(line) : line == "{" && below[0] == "{"))
            {
                return new(part.Text[..start], StopReason.RepeatsAfter);
            }
            start += lines[i].Length + 1;
        }
        return part;
    }
}
