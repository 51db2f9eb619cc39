using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assistant.ModelServers.Dialects;

/// <summary>Parses JSON from servers and models and rejects forms that would throw later.</summary>
internal static partial class JsonSanitizer
{
    // A JsonObject with a duplicate member throws at its first access.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">The text is not JSON, or has a duplicate member.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json, documentOptions: Strict);

    /// <exception cref="JsonException">The text is not JSON, or has a duplicate member.</exception>
    public static JsonNode? Parse(string json) => JsonNode.Parse(json, documentOptions: Strict);

    /// <summary>
    /// Replaces each lone surrogate, such as a token that ends inside an emoji, with the replacement character: .NET rejects it as text.
    /// </summary>
    public static string ReplaceLoneSurrogates(string json) =>
        json.Contains("\\ud", StringComparison.OrdinalIgnoreCase)
            ? Escape().Replace(json, static match => match.Groups["half"].Success ? "\\ufffd" : match.Value)
            : json;

    /// <inheritdoc cref="ReplaceLoneSurrogates(string)"/>
    public static byte[] ReplaceLoneSurrogates(byte[] json) =>
        json.AsSpan().IndexOf("\\ud"u8) >= 0 || json.AsSpan().IndexOf("\\uD"u8) >= 0
            ? Encoding.UTF8.GetBytes(ReplaceLoneSurrogates(Encoding.UTF8.GetString(json)))
            : json;

    // Each escape matches from its start, so that "\\ud800" with an escaped backslash is no surrogate.
    [GeneratedRegex(@"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|[\s\S])")]
    private static partial Regex Escape();
}
