using System.Text.Json;
using System.Text.RegularExpressions;

namespace Assistant.Tests.SimulatedServers;

/// <summary>The part of a reply that is constant: without ids, times, counts and generated text, all else as it was sent.</summary>
internal static partial class WireShape
{
    /// <summary>The members whose values a client reads; all other values count by their type.</summary>
    private static readonly string[] ReadValues =
    [
        "object", "finish_reason", "role", "type", "code", "message", "error", "status", "owned_by",
    ];

    /// <summary>Joins the lines of a sample: an indented line continues the line before.</summary>
    public static string Unwrap(string sample) => Continuation().Replace(sample, "");

    public static string Of(RawReply reply, bool withErrorText = true)
    {
        IEnumerable<string> body = reply.IsStream ? Events(reply.Body, withErrorText) : [Json(reply.Body, withErrorText)];
        return string.Join('\n', [reply.Status, .. reply.Headers.Select(Header), "", .. body]);
    }

    /// <summary>The lines of a stream; equal neighbours, which are pieces of text or comments, count once.</summary>
    private static IEnumerable<string> Events(string body, bool withErrorText)
    {
        var last = "";
        foreach (var line in body.Split('\n').Where(line => line.Length > 0))
        {
            var shape = line.StartsWith("data: {", StringComparison.Ordinal)
                ? "data: " + Json(line[6..], withErrorText)
                : Digits().Replace(line, "N");
            if (shape != last)
            {
                yield return last = shape;
            }
        }
    }

    private static string Header(string header) => header.Split(": ")[0] switch
    {
        "Date" => "Date: …",
        "ETag" => "ETag: …",
        "Content-Length" => "Content-Length: …",
        _ => header,
    };

    /// <summary>Keeps the separators of the text, so that a server's JSON style is compared too.</summary>
    public static string Json(string body, bool withErrorText = true)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var spaced = Spaced().IsMatch(body);
            return Value(document.RootElement, "", withErrorText, spaced ? ", " : ",", spaced ? ": " : ":");
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static string Value(JsonElement value, string name, bool withErrorText, string comma, string colon) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(comma, value.EnumerateObject().Select(
            property => $"{property.Name}{colon}{Value(property.Value, property.Name, withErrorText, comma, colon)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(
            comma, value.EnumerateArray().Select(item => Value(item, "", withErrorText, comma, colon))) + "]",
        JsonValueKind.String when name is "message" or "error" => withErrorText ? Digits().Replace(value.GetString()!, "N") : "text",
        JsonValueKind.String when ReadValues.Contains(name) => value.GetString()!,
        JsonValueKind.String => "text",
        JsonValueKind.Number => name == "code" ? value.GetRawText() : "number",
        _ => value.GetRawText(),
    };

    [GeneratedRegex(@"\r?\n +")]
    private static partial Regex Continuation();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();

    [GeneratedRegex("^\\{\"[^\"]*\": ")]
    private static partial Regex Spaced();
}
