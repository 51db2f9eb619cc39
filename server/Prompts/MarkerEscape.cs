namespace Assistant.Prompts;

/// <summary>
/// Escapes the markers in the user's text, which would end the prompt or the hole. A space after the first character makes a marker plain
/// text and keeps it readable.
/// </summary>
internal static class MarkerEscape
{
    public static string Apply(string text, IEnumerable<string> markers)
    {
        foreach (var marker in markers)
        {
            if (text.Contains(marker, StringComparison.Ordinal))
            {
                text = text.Replace(marker, marker[..1] + " " + marker[1..], StringComparison.Ordinal);
            }
        }
        return text;
    }
}
