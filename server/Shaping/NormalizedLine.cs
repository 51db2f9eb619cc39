namespace Assistant.Shaping;

/// <summary>Lines without white space, for comparisons.</summary>
internal static class NormalizedLine
{
    public static string Of(string line) => string.Concat(line.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>False for lines that most methods have, such as <c>return;</c>, and that may repeat in good code.</summary>
    /// <param name="normalized">A line from <see cref="Of"/>.</param>
    public static bool IsDistinctive(string normalized) => normalized.Count(char.IsLetterOrDigit) >= 4
        && normalized is not ("return;" or "else" or "else{" or "}else{" or "break;" or "continue;" or "try" or "finally"
            or "returntrue;" or "returnfalse;" or "returnnull;" or "returnthis;" or "get;" or "set;" or "throw;"
            or "///<summary>" or "///</summary>");
}
