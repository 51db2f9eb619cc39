using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// The chunks of one stream made into what the OpenAI SDK can bear. A chunk that is strict already, which nearly all are, keeps its bytes.
/// Reasoning has one name above here: <c>reasoning_content</c>.
/// </summary>
internal sealed class StrictChunks(ExpectedReply expected)
{
    private static readonly string[] Spoken = ["content", "text", "reasoning_content", "reasoning", "tool_calls"];

    private readonly StrictCalls calls = new();
    private readonly ThinkText think = new(expected.ThinksFirst);
    private bool anyContent;
    private bool reasoningIsContent;
    private bool sawChoice;

    /// <summary>The answer has said why it ended.</summary>
    public bool Finished { get; private set; }

    /// <summary>The last chunk holds something that a reader would see: a text that is not blank, a thought, a part of a call.</summary>
    public bool SaysSomething { get; private set; }

    /// <summary>One of them did.</summary>
    public bool SaidSomething { get; private set; }

    /// <summary>The server said that the model calls a tool, and gave neither a call nor text: it lost one that it could not read (mlx).</summary>
    public bool LostCall { get; private set; }

    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">It is no chunk.</exception>
    public byte[] Next(byte[] data)
    {
        using (var document = JsonDocument.Parse(data))
        {
            SaysSomething = document.RootElement.Items("choices").Any(Says);
            SaidSomething |= SaysSomething;
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

    /// <summary>The chunk that the server owes where it said <c>[DONE]</c> without a reason; null where it owes none.</summary>
    public byte[]? Owed() => Finished || !sawChoice || expected.Kind != ReplyKind.Chat ? null : Ended("stop");

    /// <summary>A last chunk of our own.</summary>
    public byte[] Ended(string reason)
    {
        var chat = expected.Kind == ReplyKind.Chat;
        var choice = new JsonObject { ["index"] = 0, [chat ? "delta" : "text"] = chat ? new JsonObject() : "", ["finish_reason"] = reason };
        Rewrite(choice);
        return StrictRequest.Bytes(new JsonObject { ["object"] = chat ? "chat.completion.chunk" : "text_completion", ["choices"] = new JsonArray(choice) });
    }

    private static bool Says(JsonElement choice)
    {
        var delta = choice.Member("delta") ?? choice;
        return Spoken.Any(name => delta.Member(name) is { } value && value.ValueKind switch
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
        if (!StrictReply.IsFrameStrict(chunk) || !chunk.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
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
        if (finish.ValueKind != JsonValueKind.Undefined || !choice.TryGetProperty("delta", out var delta) || delta.ValueKind != JsonValueKind.Object)
        {
            return false;
        }
        foreach (var member in delta.EnumerateObject())
        {
            var strict = member.Name switch
            {
                "role" => member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("assistant"u8),
                "content" => member.Value.ValueKind == JsonValueKind.Null || (think.Settled && member.Value.ValueKind == JsonValueKind.String),
                _ => false,
            };
            if (!strict)
            {
                return false;
            }
            anyContent |= member.Name == "content" && member.Value.ValueKind == JsonValueKind.String;
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
            LostCall |= given == "tool_calls" && !calls.Any && !anyContent;
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
            // The JSON that was asked for begins at once; thinking does not begin with a brace.
            reasoningIsContent |= expected.Schema && !anyContent && reasoning.TrimStart() is ['{' or '[', ..];
            anyContent |= reasoningIsContent || !string.IsNullOrWhiteSpace(reasoning);
            if (reasoningIsContent)
            {
                (reasoning, content) = ("", reasoning + content);
            }
        }
        if (content.Length > 0)
        {
            anyContent = true;
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
        // Of old: one call at most, and the SDK still knows it. No server here means it.
        delta.Remove("function_call");
        // Nobody hears it, and the adapter throws at one without bytes.
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
