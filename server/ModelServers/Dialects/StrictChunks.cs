using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// Rewrites the chunks of one stream for the OpenAI SDK. Nearly all chunks are strict already and keep their bytes.
/// Every layer above reads reasoning from <c>reasoning_content</c> alone.
/// </summary>
internal sealed class StrictChunks(ExpectedReply expected)
{
    private static readonly string[] VisibleMembers = ["content", "text", "reasoning_content", "reasoning", "tool_calls"];

    private readonly StrictCalls calls = new();
    private readonly ThinkText think = new(expected.ThinksFirst);
    private bool anyText;
    private bool reasoningIsContent;
    private bool sawChoice;

    /// <summary>The stream has given its finish reason.</summary>
    public bool Finished { get; private set; }

    /// <summary>The last chunk holds visible content: a text that is not blank, a thought, a part of a call.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Any chunk so far had visible content.</summary>
    public bool AnyContent { get; private set; }

    /// <summary>
    /// The finish reason is a tool call, and the stream holds neither call nor text: the server lost a call that it could not parse (mlx).
    /// </summary>
    public bool LostCall { get; private set; }

    /// <exception cref="JsonException">The data is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The data is no chunk.</exception>
    public byte[] Next(byte[] data)
    {
        using (var document = JsonDocument.Parse(data))
        {
            HasContent = document.RootElement.Items("choices").Any(Says);
            AnyContent |= HasContent;
            if (IsStrict(document.RootElement))
            {
                return data;
            }
        }
        var chunk = JsonSanitizer.Parse(data)!.AsObject();
        StrictReply.RewriteFrame(chunk);
        var choices = StrictReply.Choices(chunk);
        foreach (var choice in choices.Cast<JsonObject>())
        {
            Rewrite(choice);
        }
        return StrictRequest.Bytes(chunk);
    }

    /// <summary>The last chunk that is missing if <c>[DONE]</c> came without a finish reason; null if none is missing.</summary>
    public byte[]? Owed() => Finished || !sawChoice || expected.Kind != ReplyKind.Chat ? null : Ended("stop");

    /// <summary>A last chunk with a given finish reason.</summary>
    public byte[] Ended(string reason)
    {
        var chat = expected.Kind == ReplyKind.Chat;
        var choice = new JsonObject { ["index"] = 0, [chat ? "delta" : "text"] = chat ? new JsonObject() : "", ["finish_reason"] = reason };
        Rewrite(choice);
        return StrictRequest.Bytes(new JsonObject
        {
            ["object"] = chat ? "chat.completion.chunk" : "text_completion",
            ["choices"] = new JsonArray(choice),
        });
    }

    private static bool Says(JsonElement choice)
    {
        var delta = choice.Member("delta") ?? choice;
        return VisibleMembers.Any(name => delta.Member(name) is { } value && value.ValueKind switch
        {
            JsonValueKind.String => !string.IsNullOrWhiteSpace(value.GetString()),
            JsonValueKind.Array => value.GetArrayLength() > 0,
            _ => false,
        });
    }

    private bool IsStrict(JsonElement chunk)
    {
        if (chunk.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidOperationException("A chunk is an object.");
        }
        if (!StrictReply.IsFrameStrict(chunk)
            || !chunk.TryGetProperty("choices", out var choices)
            || choices.ValueKind != JsonValueKind.Array)
        {
            return false;
        }
        foreach (var choice in choices.EnumerateArray())
        {
            sawChoice = true;
            if (!IsChoiceStrict(choice))
            {
                return false;
            }
        }
        return true;
    }

    private bool IsChoiceStrict(JsonElement choice)
    {
        if (choice.Member("logprobs") is not null)
        {
            return false;
        }
        var finish = choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind != JsonValueKind.Null ? reason : default;
        if (expected.Kind == ReplyKind.Completion)
        {
            if (finish.ValueKind == JsonValueKind.Undefined)
            {
                return true;
            }
            var known = finish.ValueKind == JsonValueKind.String && (finish.ValueEquals("stop"u8) || finish.ValueEquals("length"u8));
            Finished |= known;
            return known;
        }
        if (finish.ValueKind != JsonValueKind.Undefined
            || !choice.TryGetProperty("delta", out var delta)
            || delta.ValueKind != JsonValueKind.Object)
        {
            return false;
        }
        foreach (var member in delta.EnumerateObject())
        {
            var strict = member.Name switch
            {
                "role" => member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("assistant"u8),
                "content" => member.Value.ValueKind == JsonValueKind.Null
                    || (think.Settled && member.Value.ValueKind == JsonValueKind.String),
                _ => false,
            };
            if (!strict)
            {
                return false;
            }
            anyText |= member.Name == "content" && member.Value.ValueKind == JsonValueKind.String;
        }
        return true;
    }

    private void Rewrite(JsonObject choice)
    {
        sawChoice = true;
        choice.Remove("logprobs");
        var given = StrictReply.Text(choice["finish_reason"]);
        if (expected.Kind == ReplyKind.Chat)
        {
            var delta = choice["delta"] as JsonObject;
            if (delta is null)
            {
                choice["delta"] = delta = [];
            }
            RewriteDelta(delta);
            if (FinishReasons.Strict(given, calls.Any) is { } ended)
            {
                var (thinking, answer) = think.End(wasCut: ended == "length");
                Append(delta, "reasoning_content", thinking);
                Append(delta, "content", answer);
            }
            LostCall |= given == "tool_calls" && !calls.Any && !anyText;
        }
        var finish = FinishReasons.Strict(given, calls.Any);
        choice["finish_reason"] = finish;
        Finished |= finish is not null;
    }

    private void RewriteDelta(JsonObject delta)
    {
        if (delta.ContainsKey("role"))
        {
            delta["role"] = "assistant";
        }
        var reasoning = StrictReply.TakeReasoning(delta);
        var content = StrictReply.TakeContent(delta);
        if (reasoning.Length > 0)
        {
            think.SawReasoning();
            // The requested JSON begins at once; thoughts do not begin with a brace.
            reasoningIsContent |= expected.Schema && !anyText && reasoning.TrimStart() is ['{' or '[', ..];
            anyText |= reasoningIsContent || !string.IsNullOrWhiteSpace(reasoning);
            if (reasoningIsContent)
            {
                (reasoning, content) = ("", reasoning + content);
            }
        }
        if (content.Length > 0)
        {
            anyText = true;
            var (thinking, answer) = think.Feed(content);
            (reasoning, content) = (reasoning + thinking, answer);
        }
        Append(delta, "reasoning_content", reasoning);
        Append(delta, "content", content);
        if (delta.Remove("tool_calls", out var list) && list is JsonArray { Count: > 0 } parts)
        {
            calls.RewriteChunk(parts);
            if (parts.Count > 0)
            {
                delta["tool_calls"] = parts;
            }
        }
        // The old form of a single call. The SDK still reads it, but no server here means a call by it.
        delta.Remove("function_call");
        // Audio is not supported, and the adapter throws at audio without bytes.
        delta.Remove("audio");
    }

    private static void Append(JsonObject delta, string name, string text)
    {
        if (text.Length > 0)
        {
            delta[name] = StrictReply.Text(delta[name]) + text;
        }
    }
}
