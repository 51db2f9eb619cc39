using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>Rewrites a whole reply for the OpenAI SDK; holds the code that replies and chunks share.</summary>
internal static class StrictReply
{
    /// <exception cref="InvalidOperationException">The JSON is no such reply.</exception>
    public static byte[] Rewrite(JsonObject reply, ExpectedReply expected)
    {
        RewriteFrame(reply);
        if (expected.Kind == ReplyKind.Embeddings)
        {
            StrictEmbeddings.Rewrite(reply);
            return StrictRequest.Bytes(reply);
        }
        var choices = Choices(reply);
        if (choices.Count == 0)
        {
            throw new InvalidOperationException("It has no choices.");
        }
        foreach (var choice in choices.Cast<JsonObject>())
        {
            choice.Remove("logprobs");
            choice.TryAdd("index", 0);
            var calls = new StrictCalls();
            var given = Text(choice["finish_reason"]);
            if (expected.Kind == ReplyKind.Chat)
            {
                var message = choice["message"] as JsonObject;
                if (message is null)
                {
                    choice["message"] = message = [];
                }
                RewriteMessage(message, expected, calls, wasCut: given == "length");
            }
            // A whole reply has ended, also without a finish reason.
            choice["finish_reason"] = FinishReasons.Strict(given.Length > 0 ? given : "stop", calls.Any);
        }
        return StrictRequest.Bytes(reply);
    }

    /// <summary>Rewrites the members around the choices: a time in whole seconds, usage without nulls.</summary>
    public static void RewriteFrame(JsonObject frame)
    {
        if (frame["created"] is JsonValue created && !IsInteger(created))
        {
            frame["created"] = created.TryGetValue(out double seconds) ? (long)seconds : 0;
        }
        if (frame["usage"] is JsonObject usage)
        {
            StrictRequest.RemoveNulls(usage);
        }
        else
        {
            frame.Remove("usage");
        }
    }

    public static bool IsFrameStrict(JsonElement frame) =>
        (!frame.TryGetProperty("created", out var created) || (created.ValueKind == JsonValueKind.Number && created.TryGetInt64(out _)))
        && (!frame.TryGetProperty("usage", out var usage) || usage.ValueKind == JsonValueKind.Null || IsUsageStrict(usage));

    public static JsonArray Choices(JsonObject frame)
    {
        if (frame["choices"] is not JsonArray choices)
        {
            frame["choices"] = choices = [];
        }
        choices.RemoveAll(choice => choice is not JsonObject);
        return choices;
    }

    /// <summary>Servers name it <c>reasoning_content</c>, <c>reasoning</c>, or both with the same text.</summary>
    public static string TakeReasoning(JsonObject message)
    {
        message.Remove("reasoning_content", out var one);
        message.Remove("reasoning", out var other);
        // It repeats the text in parts; no reader uses it.
        message.Remove("reasoning_details");
        return Text(one) is { Length: > 0 } text ? text : Text(other);
    }

    /// <summary>The text, also from a list of parts.</summary>
    public static string TakeContent(JsonObject message)
    {
        message.Remove("content", out var content);
        return content is JsonArray parts
            ? string.Concat(parts.Select(part => part is JsonObject typed ? Text(typed["text"]) : Text(part)))
            : Text(content);
    }

    public static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static void RewriteMessage(JsonObject message, ExpectedReply expected, StrictCalls calls, bool wasCut)
    {
        message["role"] = "assistant";
        var reasoning = TakeReasoning(message);
        var content = TakeContent(message);
        if (reasoning.Length == 0)
        {
            var think = new ThinkText(thinksFirst: expected.ThinksFirst && content.Contains("</think>", StringComparison.Ordinal));
            var (first, answer) = think.Feed(content);
            var (last, rest) = think.End(wasCut);
            (reasoning, content) = (first + last, answer + rest);
        }
        else if (expected.Schema && string.IsNullOrWhiteSpace(content) && reasoning.TrimStart() is ['{' or '[', ..])
        {
            (reasoning, content) = ("", reasoning);
        }
        message["content"] = content;
        if (reasoning.Length > 0)
        {
            message["reasoning_content"] = reasoning;
        }
        message.Remove("function_call");
        message.Remove("refusal");
        // Audio is not supported, and the adapter throws at audio without bytes.
        message.Remove("audio");
        if (message.Remove("tool_calls", out var list) && list is JsonArray { Count: > 0 } given)
        {
            calls.RewriteMessage(given);
            if (given.Count > 0)
            {
                message["tool_calls"] = given;
            }
        }
    }

    private static bool IsInteger(JsonValue value) => value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long _);

    private static bool IsUsageStrict(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return false;
        }
        foreach (var member in usage.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null
                || (member.Value.ValueKind == JsonValueKind.Object && !IsUsageStrict(member.Value)))
            {
                return false;
            }
        }
        return true;
    }
}
