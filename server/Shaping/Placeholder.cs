using System.Text.RegularExpressions;

namespace Assistant.Shaping;

/// <summary>Finds placeholders for code: <c>// TODO: implement</c>, <c>// ... rest of the code</c>, an ellipsis.</summary>
internal static partial class Placeholder
{
    public static bool Is(string draft) => draft.Split('\n').All(line => string.IsNullOrWhiteSpace(line) || Line().IsMatch(line));

    [GeneratedRegex(
        @"^\s*((//|/\*)\s*(\.\.\.|…|todo\b|your\b.*\b(code|implementation|logic)\b|"
        + @"(implementation|implement|code|logic|add|write|insert)\b.*\bhere\b|.*\brest of\b|fill\b|existing code)|"
        + @"\.\.\.|…|FILL_HERE|\{\{FILL_HERE\}\})",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Line();
}
