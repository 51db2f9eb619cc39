using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assistant.ModelServers.Dialects;

/// <summary>JSON that servers and models wrote, so that whatever it says can be read without a surprise later.</summary>
internal static partial class JsonSanitizer
{
    // A member that is said twice makes a JsonObject throw whenever it is first looked into.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">It is no JSON, or says a member twice.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json, documentOptions: Strict);

    /// <exception cref="JsonException">It is no JSON, or says a member twice.</exception>
    public static JsonNode? Parse(string json) => JsonNode.Parse(json, documentOptions: Strict);

    /// <summary>Half a surrogate pair, as a token that ends inside of an emoji, is no text to .NET: the replacement character stands for it.</summary>
    public static string ReplaceLoneSurrogates(string json) =>
        json.Contains("\\ud", StringComparison.OrdinalIgnoreCase) ? Escape().Replace(json, static match => match.Groups["half"].Success ? "\\ufffd" : match.Value) : json;

    /// <inheritdoc cref="ReplaceLoneSurrogates(string)"/>
    public static byte[] ReplaceLoneSurrogates(byte[] json) =>
        json.AsSpan().IndexOf("\\ud"u8) >= 0 || json.AsSpan().IndexOf("\\uD"u8) >= 0 ? Encoding.UTF8.GetBytes(ReplaceLoneSurrogates(Encoding.UTF8.GetString(json))) : json;

    // Every escape is looked at from its start, so that an escaped backslash before a "ud800" is not taken for one.
    [GeneratedRegex(@"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|[\s\S])")]
    private static partial Regex Escape();
}
