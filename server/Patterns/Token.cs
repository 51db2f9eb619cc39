namespace Assistant.Patterns;

/// <summary>
/// A token in 32 bits: the word's number (21), the space or line end before it (2), the indentation of its line (6), a flag for a name
/// that may vary between two occurrences of one pattern (1), a flag for a string (1).
/// </summary>
internal static class Token
{
    public const int NumberMask = (1 << 21) - 1;
    public const int Varies = 1 << 29;
    public const int Text = 1 << 30;
    private const int Space = 1 << 21;
    private const int Line = 1 << 22;
    private const int IndentShift = 23;
    private const int MaxIndent = 63;

    public static int Make(int number, bool space, bool newLine, int indent, bool isString) =>
        number | (space ? Space : 0) | (newLine ? Line | Math.Min(indent, MaxIndent) << IndentShift : 0) | (isString ? Text : 0);

    /// <summary>The same token as the first of a line.</summary>
    public static int OnLine(int token, int indent) =>
        (token & ~(MaxIndent << IndentShift)) | Line | Math.Min(indent, MaxIndent) << IndentShift;

    public static int Number(int token) => token & NumberMask;

    public static bool SpaceBefore(int token) => (token & Space) != 0;

    public static bool NewLineBefore(int token) => (token & Line) != 0;

    /// <summary>Columns before the first token of a line; at most 63.</summary>
    public static int Indent(int token) => token >> IndentShift & MaxIndent;
}
