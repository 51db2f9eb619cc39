namespace Assistant.Settings;

/// <summary>Finds the known name that is most similar to an unknown one.</summary>
internal static class NearestName
{
    /// <returns>Null if no name is similar.</returns>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var nearest = known
            .Select(candidate => (candidate, distance: Distance(name, candidate)))
            .OrderBy(pair => pair.distance)
            .FirstOrDefault();
        if (nearest.candidate is null)
        {
            return null;
        }
        // "apiKey" for "apiKeyVariable": half a name, or a name with something added.
        var begun = name.Length >= 3
            ? known.FirstOrDefault(candidate => candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            : null;
        return nearest.distance <= Math.Max(1, name.Length / 3) ? nearest.candidate : begun;
    }

    /// <summary>The optimal string alignment distance: letters to change, add, remove or swap with the next; ignores case.</summary>
    private static int Distance(string one, string other)
    {
        // A name in a file may be of any length, and the cost grows with it.
        if (Math.Abs(one.Length - other.Length) > 8)
        {
            return int.MaxValue;
        }
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }
                var same = Same(one[i - 1], other[j - 1]);
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(one[i - 1], other[j - 2]) && Same(one[i - 2], other[j - 1]))
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }
        return rows[one.Length, other.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
