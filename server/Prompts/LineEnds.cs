namespace Assistant.Prompts;

/// <summary>Models have read code with LF almost only; a CR in a prompt comes back in the answer.</summary>
internal static class LineEnds
{
    public static string ToLf(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
