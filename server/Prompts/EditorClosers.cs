namespace Assistant.Prompts;

/// <summary>
/// Brackets, quotes and the line with <c>}</c> that an editor puts after the caret while one types. They are known by comparison alone:
/// what stands between the caret and the frozen suffix, and is made of nothing else.
/// </summary>
internal static class EditorClosers
{
    /// <summary>UTF-16 units; deeper nesting on one caret is no typing any more.</summary>
    public const int MostLength = 200;

    /// <returns>The length of what the editor put between the caret and the suffix; null if what stands after the caret is not that and then the suffix.</returns>
    /// <param name="after">The text after the caret, LF; all of it, or more than the suffix and the closers can be.</param>
    public static int? LengthBefore(string suffix, string after)
    {
        for (var length = 0; length <= MostLength && length <= after.Length; length++)
        {
            // A suffix that is shorter than it may be was all that the document had: then nothing may follow it.
            if (after.AsSpan(length).StartsWith(suffix, StringComparison.Ordinal)
                && (suffix.Length >= PromptWindow.MostSuffix - 1 || after.Length == length + suffix.Length))
            {
                return length;
            }
            if (length < after.Length && !IsCloser(after[length]))
            {
                return null;
            }
        }
        return null;
    }

    // `*` and `/` end the comment that VS Code closes after `/*`.
    private static bool IsCloser(char c) => c is ')' or ']' or '}' or '"' or '\'' or '>' or '*' or '/' or '\n' or ' ' or '\t';
}
