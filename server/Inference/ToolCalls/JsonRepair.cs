using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers.Dialects;

namespace Assistant.Inference.ToolCalls;

/// <summary>Parses JSON with the errors that models make: line ends inside strings, trailing commas, comments.</summary>
internal static class JsonRepair
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    /// <exception cref="JsonException">The text is not JSON, even after the repair.</exception>
    public static JsonNode? Parse(string text)
    {
        text = JsonSanitizer.ReplaceLoneSurrogates(text);
        try
        {
            return JsonNode.Parse(text, documentOptions: Options);
        }
        catch (JsonException) when (Escaped(text) is { } escaped && escaped.Length != text.Length)
        {
            return JsonNode.Parse(escaped, documentOptions: Options);
        }
    }

    public static JsonNode? TryParse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The end of the object or array at the start of a text, in UTF-16 units; -1 before it has ended.</summary>
    public static int End(ReadOnlySpan<char> text)
    {
        var depth = 0;
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when inString:
                    i++;
                    break;
                case '"':
                    inString = !inString;
                    break;
                case '{' or '[' when !inString:
                    depth++;
                    break;
                case '}' or ']' when !inString && --depth == 0:
                    return i + 1;
            }
        }
        return -1;
    }

    private static string Escaped(string text)
    {
        var all = new StringBuilder(text.Length);
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (inString && c == '\\' && i + 1 < text.Length)
            {
                all.Append(c).Append(text[++i]);
                continue;
            }
            inString ^= c == '"';
            all.Append(inString ? c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => c.ToString() } : c.ToString());
        }
        return all.ToString();
    }
}
