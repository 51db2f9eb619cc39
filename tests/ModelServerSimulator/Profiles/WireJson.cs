using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>JSON text as each server's library writes it; keys stay in the order in which they were added.</summary>
internal static class WireJson
{
    /// <summary>No spaces, text as UTF-8: llama-server and LM Studio.</summary>
    public static string Compact(JsonNode? node) => Write(new StringBuilder(), node, ",", ":", ascii: false).ToString();

    /// <summary>A space after each separator, everything but ASCII escaped: Python's <c>json.dumps</c>.</summary>
    public static string Python(JsonNode? node) => Write(new StringBuilder(), node, ", ", ": ", ascii: true).ToString();

    private static StringBuilder Write(StringBuilder text, JsonNode? node, string comma, string colon, bool ascii)
    {
        switch (node)
        {
            case JsonObject properties:
                text.Append('{');
                var first = true;
                foreach (var (name, value) in properties)
                {
                    Write(Quote(text.Append(first ? "" : comma), name, ascii).Append(colon), value, comma, colon, ascii);
                    first = false;
                }
                return text.Append('}');
            case JsonArray items:
                text.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    Write(text.Append(i == 0 ? "" : comma), items[i], comma, colon, ascii);
                }
                return text.Append(']');
            case null:
                return text.Append("null");
            case JsonValue value when value.TryGetValue<string>(out var content):
                return Quote(text, content, ascii);
            case JsonValue value when value.TryGetValue<bool>(out var truth):
                return text.Append(truth ? "true" : "false");
            case JsonValue value when value.TryGetValue<double>(out var number) && !value.TryGetValue<long>(out _):
                return text.Append(number.ToString("0.0###", CultureInfo.InvariantCulture));
            default:
                return text.Append(node.ToJsonString());
        }
    }

    private static StringBuilder Quote(StringBuilder text, string content, bool ascii)
    {
        text.Append('"');
        foreach (var character in content)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                > '~' when ascii => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }
        return text.Append('"');
    }
}
