namespace Assistant.Prompts;

/// <summary>
/// Brackets, quotes and the line with <c>}</c> that an editor inserts after the caret during typing. A comparison finds them: text between
/// the caret and the frozen suffix that consists of closers only.
/// </summary>
internal static class EditorClosers
{
    /// <summary>UTF-16 units; typing does not produce deeper nesting.</summary>
    public const int MaxLength = 200;

    /// <returns>
    /// UTF-16 units of the closers between the caret and the suffix; null where the text after the caret is not closers and suffix.
    /// </returns>
    /// <param name="after">The text after the caret, LF: all of it, or more than suffix and closers may hold.</param>
    public static int? LengthBefore(string suffix, string after)
    {
        for (var length = 0; length <= MaxLength && length <= after.Length; length++)
        {
            // A suffix below its maximum length went to the document's end: then no text may follow it.
            if (after.AsSpan(length).StartsWith(suffix, StringComparison.Ordinal)
                && (suffix.Length >= PromptWindow.MaxSuffix - 1 || after.Length == length + suffix.Length))
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

    // VS Code closes a `/*` with ` */`, so `*` and `/` count as closers.
    private static bool IsCloser(char c) => c is ')' or ']' or '}' or '"' or '\'' or '>' or '*' or '/' or '\n' or ' ' or '\t';
}
