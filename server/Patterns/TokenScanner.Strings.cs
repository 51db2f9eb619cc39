namespace Assistant.Patterns;

/// <summary>Scans strings in all their forms: plain, verbatim, raw, and interpolated ones, whose holes hold strings again.</summary>
internal ref partial struct TokenScanner
{
    /// <summary>
    /// Levels of strings in holes of strings. Deeper nesting counts as an unfinished string, since it would overflow the stack.
    /// </summary>
    private const int MaxNesting = 32;

    /// <summary>Reads a string of any form.</summary>
    /// <returns>False where no string starts here.</returns>
    private bool ReadString()
    {
        var begin = at;
        var dollars = 0;
        var verbatim = false;
        while (at < text.Length && text[at] is '$' or '@')
        {
            dollars += text[at] == '$' ? 1 : 0;
            verbatim |= text[at] == '@';
            at++;
        }
        if (at >= text.Length || text[at] != '"')
        {
            at = begin;
            return false;
        }
        var quotes = 0;
        while (at < text.Length && text[at] == '"')
        {
            quotes++;
            at++;
        }
        var raw = quotes >= 3 && !verbatim;
        at -= raw ? 0 : quotes - 1;
        if (dollars > 0 && nesting == MaxNesting)
        {
            at = text.Length;
            Unfinished = true;
            return true;
        }
        nesting++;
        if (raw)
        {
            SkipRaw(quotes, dollars);
        }
        else if (dollars > 0)
        {
            SkipInterpolated(verbatim);
        }
        else
        {
            SkipQuoted('"', verbatim);
        }
        nesting--;
        return true;
    }

    /// <summary>
    /// Skips to the closing quotes of a raw string. As many braces as the string has dollars open a hole, which may hold strings of any
    /// form.
    /// </summary>
    private void SkipRaw(int quotes, int dollars)
    {
        var depth = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (depth > 0)
            {
                if (!(c is '"' or '$' or '@' && ReadString()))
                {
                    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                    at++;
                }
                continue;
            }
            var same = text[at..].IndexOfAnyExcept(c) is var end and >= 0 ? end : text.Length - at;
            at += same;
            if (c == '"' && same >= quotes)
            {
                return;
            }
            // The last braces of a longer run open the hole; those before them are text.
            depth = c == '{' && dollars > 0 && same >= dollars ? dollars : 0;
        }
        Unfinished = true;
    }

    private void SkipQuoted(char quote, bool verbatim)
    {
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == quote)
            {
                if (!verbatim || at >= text.Length || text[at] != quote)
                {
                    return;
                }
                at++;
            }
            else if (c == '\\' && !verbatim)
            {
                at++;
            }
            else if (c == '\n' && !verbatim)
            {
                at--;
                return;
            }
        }
        at = text.Length;
        Unfinished = true;
    }

    private void SkipInterpolated(bool verbatim)
    {
        var depth = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (depth > 0 && (c == '"' || c is '$' or '@'))
            {
                if (!ReadString())
                {
                    at++;
                }
                continue;
            }
            at++;
            if (c == '{')
            {
                if (depth == 0 && at < text.Length && text[at] == '{')
                {
                    at++;
                }
                else
                {
                    depth++;
                }
            }
            else if (c == '}')
            {
                depth = Math.Max(0, depth - 1);
            }
            else if (depth == 0 && c == '"')
            {
                if (!verbatim || at >= text.Length || text[at] != '"')
                {
                    return;
                }
                at++;
            }
            else if (depth == 0 && c == '\\' && !verbatim)
            {
                at++;
            }
            else if (c == '\n' && !verbatim && depth == 0)
            {
                at--;
                return;
            }
        }
        at = text.Length;
        Unfinished = true;
    }
}
