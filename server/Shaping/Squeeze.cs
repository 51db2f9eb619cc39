namespace Assistant.Shaping;

/// <summary>Lines compared with lines: white space counts for nothing.</summary>
internal static class Squeeze
{
    public static string Line(string line) => string.Concat(line.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Not one of the lines that every method has.</summary>
    public static bool IsTelling(string squeezed) => squeezed.Count(char.IsLetterOrDigit) >= 4
        && squeezed is not ("return;" or "else" or "else{" or "}else{" or "break;" or "continue;" or "try" or "finally" or "returntrue;" or "returnfalse;"
            or "returnnull;" or "returnthis;" or "get;" or "set;" or "throw;" or "///<summary>" or "///</summary>");
}
