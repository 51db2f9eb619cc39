using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>Rewrites requests: the rules for every server, and the building blocks of the dialects.</summary>
internal static class StrictRequest
{
    private const int MaxStops = 4;

    // For a request without a limit: mlx would stop at 512, LM Studio and llama-server would generate without end.
    private const int DefaultMaxTokens = 256;
    private const int DefaultMaxChatTokens = 2_048;

    public static async Task<JsonObject> ReadAsync(HttpContent content, CancellationToken token) =>
        (await JsonNode.ParseAsync(await content.ReadAsStreamAsync(token), cancellationToken: token))!.AsObject();

    /// <summary>A body with a length: mlx refuses chunked requests, and JsonContent would send one.</summary>
    public static ByteArrayContent Write(JsonObject body) =>
        new(Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public static byte[] Bytes(JsonObject json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteTo(writer);
        }
        return stream.ToArray();
    }

    /// <summary>
    /// Removes nulls, empty stops, the suffix, and a tool_choice without tools. Adds max_tokens and a complete stream_options. Replaces the
    /// role "developer". A request for vectors loses only nulls and encoding_format.
    /// </summary>
    public static void Tidy(JsonObject body, ReplyKind kind)
    {
        RemoveNulls(body);
        if (kind == ReplyKind.Embeddings)
        {
            // The SDK asks for base64, which some servers do not know; the default is numbers.
            body.Remove("encoding_format");
            return;
        }
        if (body.Remove("max_completion_tokens", out var most) && !body.ContainsKey("max_tokens"))
        {
            body["max_tokens"] = most;
        }
        body.TryAdd("max_tokens", kind == ReplyKind.Chat ? DefaultMaxChatTokens : DefaultMaxTokens);
        // The prompt already holds the suffix; servers ignore the field or refuse it.
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
        TidyMessages(body);
        if (body["tools"] is not JsonArray { Count: > 0 })
        {
            Remove(body, "tools", "tool_choice", "parallel_tool_calls");
        }
    }

    /// <summary>Removes nulls at any depth: mlx up to 0.32.0 closes the connection at a null without an error.</summary>
    public static void RemoveNulls(JsonNode node)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map.ToArray())
            {
                if (value is null)
                {
                    map.Remove(name);
                }
                else
                {
                    RemoveNulls(value);
                }
            }
        }
        else if (node is JsonArray list)
        {
            for (var index = list.Count - 1; index >= 0; index--)
            {
                if (list[index] is { } value)
                {
                    RemoveNulls(value);
                }
                else
                {
                    list.RemoveAt(index);
                }
            }
        }
    }

    private static void TidyMessages(JsonObject body)
    {
        foreach (var message in (body["messages"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (StrictReply.Text(message["role"]) == "developer")
            {
                message["role"] = "system";
            }
            // An answer of calls alone has no content, but several chat templates read it.
            if (!message.ContainsKey("content"))
            {
                message["content"] = "";
            }
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

    /// <summary>Runs last, so that a stop that a dialect removes takes no place.</summary>
    public static void CapStops(JsonObject body)
    {
        while (body["stop"] is JsonArray { Count: > MaxStops } stops)
        {
            stops.RemoveAt(MaxStops);
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

    /// <summary>
    /// Moves the effort into the chat template's arguments, for servers that do not take <c>reasoning_effort</c>; "none" becomes
    /// <c>enable_thinking</c> false.
    /// </summary>
    public static void ThinkingByTemplate(JsonObject body)
    {
        if (body.Remove("reasoning_effort", out var value) && StrictReply.Text(value) is { Length: > 0 } effort)
        {
            body["chat_template_kwargs"] = effort == "none"
                ? new JsonObject { ["enable_thinking"] = false }
                : new JsonObject { ["reasoning_effort"] = effort };
        }
    }

    /// <summary>Replaces <c>json_object</c> with a schema for any object, for servers that take <c>json_schema</c> only.</summary>
    public static void AnyObjectBySchema(JsonObject body)
    {
        switch (StrictReply.Text(body["response_format"]?["type"]))
        {
            case "json_object":
                body["response_format"] = new JsonObject
                {
                    ["type"] = "json_schema",
                    ["json_schema"] = new JsonObject { ["name"] = "object", ["schema"] = new JsonObject { ["type"] = "object" } },
                };
                break;
            case "text":
                body.Remove("response_format");
                break;
        }
    }
}
