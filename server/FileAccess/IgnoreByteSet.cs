using System.Collections;
using System.Text;

namespace Assistant.FileAccess;

/// <summary>A set in an ignore pattern: <c>[a-z]</c>, <c>[!0-9]</c>, <c>[[:alpha:]]</c>. As git's <c>wildmatch.c</c> reads it.</summary>
internal static class IgnoreByteSet
{
    /// <param name="at">The opening bracket; afterwards the closing one.</param>
    /// <returns>256 bits; null where the set does not end or names an unknown class: then the pattern matches nothing.</returns>
    public static BitArray? Parse(ReadOnlySpan<byte> pattern, ref int at, bool foldsCase)
    {
        var set = new BitArray(256);
        var i = at + 1;
        var negated = i < pattern.Length && pattern[i] is (byte)'!' or (byte)'^';
        i = negated ? i + 1 : i;
        byte previous = 0;
        // A bracket right behind the opening one belongs to the set.
        for (var first = true; first || i >= pattern.Length || pattern[i] != ']'; first = false, i++)
        {
            if (i >= pattern.Length)
            {
                return null;
            }
            var value = pattern[i];
            if (value == '-' && previous != 0 && i + 1 < pattern.Length && pattern[i + 1] != ']')
            {
                if (pattern[++i] == '\\' && ++i == pattern.Length)
                {
                    return null;
                }
                for (int member = previous; member <= pattern[i]; member++)
                {
                    set[member] = true;
                }
                previous = 0;
            }
            else if (value == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':')
            {
                var end = pattern[(i + 2)..].IndexOf((byte)']');
                if (end < 0)
                {
                    return null;
                }
                if (end == 0 || pattern[i + 1 + end] != ':')
                {
                    // No class: an ordinary bracket.
                    set[value] = true;
                    previous = value;
                }
                else if (AddClass(set, Encoding.ASCII.GetString(pattern.Slice(i + 2, end - 1))))
                {
                    i += end + 2;
                    previous = 0;
                }
                else
                {
                    return null;
                }
            }
            else
            {
                if (value == '\\' && ++i == pattern.Length)
                {
                    return null;
                }
                previous = pattern[i];
                set[previous] = true;
            }
        }
        at = i;
        if (foldsCase)
        {
            for (var letter = 'a'; letter <= 'z'; letter++)
            {
                set[letter] |= set[char.ToUpperInvariant(letter)];
            }
        }
        return negated ? set.Not() : set;
    }

    private static bool AddClass(BitArray set, string name)
    {
        Func<char, bool>? holds = name switch
        {
            "alnum" => char.IsAsciiLetterOrDigit,
            "alpha" => char.IsAsciiLetter,
            "blank" => c => c is ' ' or '\t',
            "cntrl" => c => c < ' ' || c == '\x7f',
            "digit" => char.IsAsciiDigit,
            "graph" => c => c is > ' ' and < '\x7f',
            "lower" => char.IsAsciiLetterLower,
            "print" => c => c is >= ' ' and < '\x7f',
            "punct" => c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
            "space" => c => c is ' ' or (>= '\t' and <= '\r'),
            "upper" => char.IsAsciiLetterUpper,
            "xdigit" => char.IsAsciiHexDigit,
            _ => null,
        };
        if (holds is null)
        {
            return false;
        }
        for (var c = '\0'; c < 128; c++)
        {
            set[c] |= holds(c);
        }
        return true;
    }
}
