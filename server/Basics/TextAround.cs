namespace Assistant.Basics;

/// <summary>
/// A whole document split at the caret. Line ends are unchanged (CRLF stays CRLF); lengths count UTF-16 units.
/// </summary>
/// <param name="Before">Everything before the caret.</param>
/// <param name="After">Everything after the caret.</param>
public sealed record TextAround(string Before, string After)
{
    /// <summary>The UTF-16 offset of the caret.</summary>
    public int Caret => Before.Length;

    /// <summary>The part of the caret's line before the caret.</summary>
    public ReadOnlySpan<char> LineBefore => Before.AsSpan(Before.LastIndexOf('\n') + 1);

    /// <summary>The part of the caret's line after the caret, without the line end.</summary>
    public ReadOnlySpan<char> LineAfter =>
        After.AsSpan(0, After.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : After.Length);
}
