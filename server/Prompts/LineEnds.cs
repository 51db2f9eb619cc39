namespace Assistant.Prompts;

/// <summary>Makes all line ends LF: models were trained on code with LF, and a CR in a prompt returns in the answer.</summary>
internal static class LineEnds
{
    public static string ToLf(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
