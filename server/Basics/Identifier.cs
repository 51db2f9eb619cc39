namespace Assistant.Basics;

/// <summary>C# identifiers, as far as prompts and shaping look at them: by characters, without a parser.</summary>
public static class Identifier
{
    /// <summary>
    /// True for letters, digits and the underscore. Combining and formatting characters, which C# also allows, are left out: models
    /// hardly write them.
    /// </summary>
    public static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
