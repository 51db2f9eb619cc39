using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assistant.Settings;

namespace Assistant.ModelServers.Dialects;

/// <summary>Parses a server's error in any of its forms into a fault and a refusal. No other code parses a server's messages.</summary>
internal static class ServerErrorParser
{
    private const int MaxCharacters = 500;

    // The first match wins. Sources: replies of real servers and issue reports, see docs/model-servers.md.
    private static readonly (Regex Words, ModelFault Fault)[] Table =
    [
        Row("generation thread died|model has crashed", ModelFault.GeneratorDied),
        Row("exceed_context_size|context size|context[ _]length|n_keep|n_ctx|maximum context", ModelFault.ContextOverflow),
        Row("failed to load|error loading|model_load_failed|insufficient system resources", ModelFault.LoadFailed),
        Row("loading model", ModelFault.Loading),
        Row("no models? (is |are )?(currently )?loaded|model unloaded|model is not loaded", ModelFault.NoModelLoaded),
        Row(
            "model_not_found|invalid model identifier|model '.*' not found|model .* does not exist|repository not found|snapshot folder",
            ModelFault.ModelNotFound),
        Row("server busy|no slot available|too many requests", ModelFault.Busy),
        Row("unauthorized|invalid_api_key|invalid api key|api token is required", ModelFault.Unauthorized),
    ];

    // First llama-server's router; then failed tools of llama-server, Ollama, vLLM and LM Studio.
    private static readonly (Regex Words, RefusalKind Kind)[] Refusals =
    [
        Row("unexpected endpoint or method", RefusalKind.UnknownEndpoint),
        Row("already running", RefusalKind.AlreadyRunning),
        Row("not running", RefusalKind.NotRunning),
        Row(
            "does not match the expected|parse tool call|does not support tools|tool choice requires|rendering prompt with jinja",
            RefusalKind.ToolsFailed),
    ];

    /// <summary>An <c>error</c> that is not null, at any status.</summary>
    public static bool HasError(ReadOnlySpan<byte> json)
    {
        // Nearly every chunk ends here: a text without the word has no such member.
        if (json.IndexOf("\"error\""u8) < 0)
        {
            return false;
        }
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static bool HasError(string json) => HasError(Encoding.UTF8.GetBytes(json));

    public static ModelServerException ToException(EndpointSettings endpoint, int status, string body)
    {
        var words = Words(endpoint, body);
        var fault = Table.FirstOrDefault(row => row.Words.IsMatch(body)) is { Words: not null } row ? row.Fault : OfStatus(status);
        var refusal = RefusalOf(words);
        if (refusal.Kind == RefusalKind.UnknownEndpoint)
        {
            return new ModelServerException(
                ModelFault.UnexpectedServer,
                $"{endpoint.Name}: {words}",
                "Let the endpoint's baseUrl end with /v1, as in http://127.0.0.1:1234/v1.")
            {
                Refusal = refusal,
            };
        }
        return ModelServerErrors.Of(
            endpoint, fault, $"{endpoint.Name}: {(words.Length > 0 ? words : $"HTTP {status} ({fault})")}", refusal);
    }

    /// <summary>LM Studio's reply to an unknown path, at any status.</summary>
    public static bool IsUnknownEndpoint(string reply) => RefusalOf(reply).Kind == RefusalKind.UnknownEndpoint;

    private static ServerRefusal RefusalOf(string words)
    {
        var (prompt, context) = TokenCounts.Of(words);
        return new ServerRefusal(Refusals.FirstOrDefault(row => row.Words.IsMatch(words)).Kind, prompt, context);
    }

    private static ModelFault OfStatus(int status) => status switch
    {
        401 or 403 => ModelFault.Unauthorized,
        429 or 503 => ModelFault.Busy,
        _ => ModelFault.Refused,
    };

    /// <summary>
    /// The message inside <c>{"error":"…"}</c>, <c>{"error":{"message":"…"}}</c>, <c>{"message":"…"}</c>, or the text itself.
    /// </summary>
    private static string Words(EndpointSettings endpoint, string body)
    {
        var words = body.Trim();
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root)
            {
                var error = root.TryGetProperty("error", out var inner) ? inner : root;
                words = error.ValueKind == JsonValueKind.String ? error.GetString()!
                    : error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) ? message.ToString()
                    : error.ToString();
            }
        }
        catch (JsonException)
        {
            // The body is plain text, or HTML; its first lines are enough.
        }
        if (endpoint.ApiKey is { Length: > 0 } key)
        {
            // Some servers repeat the request.
            words = words.Replace(key, "***", StringComparison.Ordinal);
        }
        return Plain(words.Length > MaxCharacters ? words[..MaxCharacters] + "…" : words);
    }

    /// <summary>Replaces control characters, which could command a terminal.</summary>
    private static string Plain(string words) => string.Concat(words.Select(c => char.IsControl(c) ? ' ' : c));

    private static (Regex, T) Row<T>(string words, T meaning) =>
        (new Regex(words, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), meaning);
}
