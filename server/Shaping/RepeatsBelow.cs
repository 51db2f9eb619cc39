namespace Assistant.Shaping;

/// <summary>Ends an answer where it begins to write again what stands on the lines after the caret.</summary>
internal static class RepeatsBelow
{
    /// <summary>How far below an answer's line may be found: models skip a line now and then when they run on.</summary>
    private const int LinesLookedAt = 3;

    public static Part Cut(CaretScene scene, Part part)
    {
        var below = scene.LinesBelow.Take(LinesLookedAt).Select(Squeezed).ToArray();
        if (below.Length == 0 || scene.InText)
        {
            return part;
        }
        var lines = part.Text.Split('\n');
        var start = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = Squeezed(i == 0 ? scene.LineBefore + lines[i] : lines[i]);
            if (line.Length > 0 && (IsTelling(line) ? below.Contains(line) : line == "{" && below[0] == "{"))
            {
                return new(part.Text[..start], StopReason.RepeatsAfter);
            }
            start += lines[i].Length + 1;
        }
        return part;
    }

    /// <summary>Not one of the lines that every method has.</summary>
    public static bool IsTelling(string squeezed) =>
        squeezed.Count(char.IsLetterOrDigit) >= 4 && squeezed is not ("return;" or "else" or "else{" or "}else{" or "break;" or "continue;" or "try" or "finally"
            or "returntrue;" or "returnfalse;" or "returnnull;" or "get;" or "set;" or "throw;" or "returnthis;" or "///<summary>" or "///</summary>");

    public static string Squeezed(string line) => string.Concat(line.Where(c => !char.IsWhiteSpace(c)));
}
