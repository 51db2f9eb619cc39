using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Assistant.Inference.ToolCalls;

/// <summary>Calls in Python's notation, <c>[f(a=1, b="x"), g()]</c>: Llama 4, LFM2, Gemma. Only literals are values.</summary>
internal static class PythonCalls
{
    /// <summary>The calls of a text that is a list of calls; empty for any other text.</summary>
    public static IReadOnlyList<WrittenCall> InBlock(string text)
    {
        var reader = new Reader(text.Trim());
        var calls = reader.List();
        return calls is not null && reader.AtEnd ? calls : [];
    }

    /// <summary>The end of the list at the start of a text, in UTF-16 units; -1 before the list has ended.</summary>
    public static int End(ReadOnlySpan<char> text)
    {
        var depth = 0;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
            {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c is '[' or '(' or '{')
            {
                depth++;
            }
            else if (c is ']' or ')' or '}' && --depth == 0)
            {
                return i + 1;
            }
        }
        return -1;
    }

    private sealed class Reader(string text)
    {
        // The depth limit of System.Text.Json: each level is a recursive call here too.
        private const int MaxDepth = 64;

        private int at;
        private int level;

        public bool AtEnd
        {
            get
            {
                Skip();
                return at == text.Length;
            }
        }

        /// <summary>The list of calls; null for any other text.</summary>
        public List<WrittenCall>? List()
        {
            var bracketed = Take('[');
            var calls = new List<WrittenCall>();
            do
            {
                if (Call() is not { } call)
                {
                    return null;
                }
                calls.Add(call);
            }
            while (bracketed && Take(','));
            return bracketed && !Take(']') ? null : calls;
        }

        private WrittenCall? Call()
        {
            var name = Name(dots: true);
            if (name.Length == 0 || !Take('('))
            {
                return null;
            }
            var arguments = new JsonObject();
            while (!Take(')'))
            {
                var key = Name(dots: false);
                if (key.Length == 0 || !Take('=') || !Value(out var value))
                {
                    return null;
                }
                arguments[key] = value;
                if (!Take(',') && Peek() != ')')
                {
                    return null;
                }
            }
            return new WrittenCall(name, arguments.ToJsonString());
        }

        private bool Value(out JsonNode? value)
        {
            value = null;
            switch (Peek())
            {
                case '"' or '\'':
                    return String(out value);
                case '[' or '{' when level == MaxDepth:
                    return false;
                case ('[' or '{') and var open:
                    level++;
                    var read = open == '[' ? Items(out value) : Map(out value);
                    level--;
                    return read;
            }
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '.' or '-' or '+' or '_'))
            {
                at++;
            }
            var word = text[start..at];
            switch (word)
            {
                case "True" or "true":
                    value = true;
                    return true;
                case "False" or "false":
                    value = false;
                    return true;
                case "None" or "null":
                    return true;
            }
            if (long.TryParse(word, CultureInfo.InvariantCulture, out var whole))
            {
                value = whole;
                return true;
            }
            if (double.TryParse(word, CultureInfo.InvariantCulture, out var number))
            {
                value = number;
                return true;
            }
            return false;
        }

        private bool String(out JsonNode? value)
        {
            value = null;
            var quote = text[at++];
            var all = new StringBuilder();
            while (at < text.Length && text[at] != quote)
            {
                var c = text[at++];
                if (c == '\\' && at < text.Length)
                {
                    c = text[at++] switch
                    {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'u' => Code(4, 'u'),
                        'x' => Code(2, 'x'),
                        var other => other,
                    };
                }
                all.Append(c);
            }
            value = all.ToString();
            return at++ < text.Length;
        }

        /// <summary>The character of the next hexadecimal digits; <paramref name="letter"/> if the digits are not there.</summary>
        private char Code(int digits, char letter)
        {
            if (at + digits > text.Length
                || !ushort.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                return letter;
            }
            at += digits;
            return (char)number;
        }

        private bool Items(out JsonNode? value)
        {
            var items = new JsonArray();
            value = items;
            at++;
            while (!Take(']'))
            {
                if (!Value(out var item))
                {
                    return false;
                }
                items.Add(item);
                if (!Take(',') && Peek() != ']')
                {
                    return false;
                }
            }
            return true;
        }

        private bool Map(out JsonNode? value)
        {
            var map = new JsonObject();
            value = map;
            at++;
            while (!Take('}'))
            {
                if (Peek() is not ('"' or '\'') || !String(out var key) || !Take(':') || !Value(out var item))
                {
                    return false;
                }
                map[key!.GetValue<string>()] = item;
                if (!Take(',') && Peek() != '}')
                {
                    return false;
                }
            }
            return true;
        }

        private string Name(bool dots)
        {
            Skip();
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_' || (dots && text[at] == '.')))
            {
                at++;
            }
            return text[start..at];
        }

        private bool Take(char wanted)
        {
            if (Peek() != wanted)
            {
                return false;
            }
            at++;
            return true;
        }

        private char Peek()
        {
            Skip();
            return at < text.Length ? text[at] : '\0';
        }

        private void Skip()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }
    }
}
