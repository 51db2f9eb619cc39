namespace Assistant.Prompts;

/// <summary>
/// Text of the user's that spells a marker would be read as one, and end the prompt or the hole in the middle. A space after the first
/// character leaves it readable and makes it plain text.
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
