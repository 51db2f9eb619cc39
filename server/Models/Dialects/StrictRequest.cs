using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.Models.Dialects;

/// <summary>What every request looks like, whoever made it and whichever server gets it.</summary>
internal static class StrictRequest
{
    private const int MostStops = 4;

    // Used where a caller forgot: mlx would take 512, LM Studio and llama-server would go on for ever.
    private const int DefaultMaxTokens = 256;

    public static async Task<JsonObject> ReadAsync(HttpContent content, CancellationToken token) =>
        (await JsonNode.ParseAsync(await content.ReadAsStreamAsync(token), cancellationToken: token))!.AsObject();

    /// <summary>A body with a length: mlx refuses chunked requests, and JsonContent would be one.</summary>
    public static ByteArrayContent Write(JsonObject body)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            body.WriteTo(writer);
        }
        return new ByteArrayContent(stream.GetBuffer(), 0, (int)stream.Length) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    /// <summary>No nulls, max_tokens always, no empty stop, no suffix, a complete stream_options.</summary>
    public static void Tidy(JsonObject body)
    {
        foreach (var name in body.Where(member => member.Value is null).Select(member => member.Key).ToArray())
        {
            body.Remove(name);
        }
        if (body.Remove("max_completion_tokens", out var most) && !body.ContainsKey("max_tokens"))
        {
            body["max_tokens"] = most;
        }
        body.TryAdd("max_tokens", DefaultMaxTokens);
        // The prompt holds the suffix already; servers ignore the field or refuse it.
        body.Remove("suffix");
        KeepStops(body, stop => stop.Length > 0);
        if (IsStream(body))
        {
            // An empty object ends an mlx stream without usage and [DONE].
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }
        else
        {
            body.Remove("stream_options");
        }
    }

    public static void KeepStops(JsonObject body, Func<string, bool> keep)
    {
        if (!body.Remove("stop", out var given))
        {
            return;
        }
        var stops = (given is JsonArray array ? array : [given?.DeepClone()])
            .OfType<JsonValue>()
            .Select(value => value.TryGetValue(out string? text) ? text : "")
            .Where(stop => stop.Length > 0 && keep(stop))
            .Distinct()
            .Select(stop => (JsonNode)stop)
            .ToArray();
        if (stops.Length > 0)
        {
            body["stop"] = new JsonArray(stops);
        }
    }

    /// <summary>Done last: a stop that the server is not given does not count.</summary>
    public static void CapStops(JsonObject body)
    {
        while (body["stop"] is JsonArray { Count: > MostStops } stops)
        {
            stops.RemoveAt(MostStops);
        }
    }

    public static bool IsStream(JsonObject body) => body["stream"] is JsonValue value && value.TryGetValue(out bool stream) && stream;

    public static void Remove(JsonObject body, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            body.Remove(name);
        }
    }

    /// <summary>For servers that hand <c>enable_thinking</c> to the chat template instead of taking <c>reasoning_effort: none</c>.</summary>
    public static void ThinkingByTemplate(JsonObject body)
    {
        if (body["reasoning_effort"] is JsonValue value && value.TryGetValue(out string? effort) && effort == "none")
        {
            body.Remove("reasoning_effort");
            body["chat_template_kwargs"] = new JsonObject { ["enable_thinking"] = false };
        }
    }
}
