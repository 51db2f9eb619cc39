namespace Assistant.Shaping;

/// <summary>Ends an answer where it begins to write again what stands on the lines after the caret.</summary>
internal static class RepeatsBelow
{
    /// <summary>How far below an answer's line may be found: models skip a line now and then when they run on.</summary>
    private const int LinesLookedAt = 3;

    public static Part Cut(CaretScene scene, Part part)
    {
        var below = scene.LinesBelow.Take(LinesLookedAt).ToArray();
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
