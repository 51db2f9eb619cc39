using System.Text;
using System.Text.Json;

namespace ModelServerSimulator;

/// <summary>What a request for a completion or a chat asks, as far as any of the servers looks at it.</summary>
internal sealed record CompletionRequest(bool Chat, JsonElement Json)
{
    public bool Streamed => Field("stream") is { ValueKind: JsonValueKind.True };

    public string? Model => Text(Json, "model");

    /// <summary>The raw prompt, or the messages in a chat template.</summary>
    public string Prompt => Chat ? Templated() : Text(Json, "prompt") ?? "";

    public string LastMessage => Messages is [.., { ValueKind: JsonValueKind.Object } message] ? Content(message) : "";

    public IReadOnlyList<JsonElement> Messages =>
        Field("messages") is { ValueKind: JsonValueKind.Array } messages ? [.. messages.EnumerateArray()] : [];

    public int? MaxTokens => Number("max_completion_tokens") ?? Number("max_tokens");

    public IReadOnlyList<string> Stops => Field("stop") switch
    {
        { ValueKind: JsonValueKind.String } stop => [stop.GetString()!],
        { ValueKind: JsonValueKind.Array } stops =>
            [.. stops.EnumerateArray().Where(stop => stop.ValueKind == JsonValueKind.String).Select(stop => stop.GetString()!)],
        _ => [],
    };

    /// <summary>Whether <c>stop</c> holds an element that is no string.</summary>
    public bool HasOddStop => Field("stop") is { ValueKind: JsonValueKind.Array } stops
        && stops.EnumerateArray().Any(stop => stop.ValueKind != JsonValueKind.String);

    public bool WantsUsage =>
        Field("stream_options") is { ValueKind: JsonValueKind.Object } options && options.TryGetProperty("include_usage", out var wanted)
        && wanted.ValueKind == JsonValueKind.True;

    /// <summary>Whether tools are offered that may be used.</summary>
    public bool OffersTools => Field("tools") is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0
        && !(Field("tool_choice") is { ValueKind: JsonValueKind.String } choice && choice.ValueEquals("none"));

    /// <summary>The JSON schema of <c>response_format</c>.</summary>
    public JsonElement? Schema => Field("response_format") is { ValueKind: JsonValueKind.Object } format
        ? format.TryGetProperty("json_schema", out var named) && named.TryGetProperty("schema", out var schema) ? schema : null
        : null;

    /// <summary>The kind of <c>response_format</c>.</summary>
    public string? Format => Field("response_format") is { ValueKind: JsonValueKind.Object } format ? Text(format, "type") : null;

    /// <summary>Whether the last message brings the result of a tool.</summary>
    public bool HasResult => Messages is [.., { ValueKind: JsonValueKind.Object } message] && Text(message, "role") == "tool";

    public string? Grammar => Text(Json, "grammar") is { Length: > 0 } grammar ? grammar : null;

    public JsonElement? Field(string name) => Json.TryGetProperty(name, out var value) ? value : null;

    public bool Flag(string name) => Field(name) is { ValueKind: JsonValueKind.True };

    public bool IsNull(string name) => Field(name) is { ValueKind: JsonValueKind.Null };

    public static bool HoldsOtherThanText(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("content", out var content)
        && content.ValueKind == JsonValueKind.Array
        && content.EnumerateArray().Any(part => !part.TryGetProperty("type", out var type) || !type.ValueEquals("text"));

    public static bool HoldsBrokenArguments(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("tool_calls", out var calls)
        && calls.ValueKind == JsonValueKind.Array
        && calls.EnumerateArray()
        .Any(call => call.TryGetProperty("function", out var function) && function.TryGetProperty("arguments", out var arguments)
            && !Parses(Encoding.UTF8.GetBytes(arguments.ToString())));

    public static bool Parses(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private int? Number(string name) =>
        Field(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 0 ? value : null;

    private string Templated()
    {
        var text = new StringBuilder();
        foreach (var message in Messages.Where(message => message.ValueKind == JsonValueKind.Object))
        {
            text.Append($"<|im_start|>{Text(message, "role")}\n{Content(message)}<|im_end|>\n");
        }
        return text.Append("<|im_start|>assistant\n").ToString();
    }

    private static string Content(JsonElement message) =>
        !message.TryGetProperty("content", out var content) ? "" : content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => Text(part, "text"))),
            _ => "",
        };

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        ? value.GetString() : null;
}
