using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assistant.ModelServers;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// Tools in words, for models that are given none with the request: what there is, how a call is written, and former calls and results as
/// they would have been written.
/// </summary>
internal static class ToolPrompt
{
    // Code stays readable: the model learns from it how to write.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <remarks>
    /// Made with a model of half a billion parameters on questions and tools that no test has. What helped it: what a tool does and a call to copy,
    /// and nothing else, for each; the answer last, and not as what one does when no tool fits; the choice named once more at the end.
    /// Signatures (6 right of 24 instead of 14), the answer first (1), or this text before the caller's system text made it worse.
    /// </remarks>
    /// <param name="mustCall">An answer without a call is not wanted.</param>
    public static string Instructions(ToolCallMode mode, OfferedTools tools, bool mustCall)
    {
        var text = new StringBuilder("# Tools\nYou cannot see the user's code, files or results. Use a tool to get anything from them or to change them. ");
        text.Append(mode == ToolCallMode.Schema ? "Write one JSON object:\n" : "To use one write its JSON object and nothing else; the result comes with the next message:\n");
        foreach (var tool in tools.All)
        {
            text.Append("- ").Append(tool.Description is { Length: > 0 } description ? description.ReplaceLineEndings(" ") : tool.Name).Append('\n');
            text.Append("  ").Append(Example(tool)).Append('\n');
            // A grammar offers them by itself, and here they distract (19 right instead of 21 of 28).
            if (mode == ToolCallMode.Prompt && Optional(tool) is { Length: > 0 } more)
            {
                text.Append("  More arguments: ").AppendJoin(", ", more).Append('\n');
            }
        }
        if (!mustCall)
        {
            text.Append("- The results above are enough, or the user only talks to you.\n  ")
                .Append(mode == ToolCallMode.Schema ? $$"""{"{{AnswerSchema.Answer}}": "..."}""" : "Write plain text.").Append('\n');
        }
        return text.Append("Choose the tool whose description fits the request best.").ToString();
    }

    /// <summary>A call with its required arguments, to be copied.</summary>
    private static string Example(AIFunctionDeclaration tool)
    {
        var arguments = Required(tool).Select(name => $"\"{name}\": {Placeholder(OfferedTools.Parameters(tool).FirstOrDefault(parameter => parameter.Name == name).Value)}");
        return $$"""{"{{AnswerSchema.Tool}}": "{{tool.Name}}", "{{AnswerSchema.Arguments}}": {""" + string.Join(", ", arguments) + "}}";
    }

    private static string[] Optional(AIFunctionDeclaration tool) =>
    [
        .. OfferedTools.Parameters(tool).Where(parameter => !Required(tool).Contains(parameter.Name)).Select(parameter =>
            parameter.Value.Text("description") is { Length: > 0 } said ? $"{parameter.Name} ({said})" : $"{parameter.Name} ({TypeOf(parameter.Value)})"),
    ];

    private static string Placeholder(JsonElement schema) => TypeOf(schema) switch
    {
        "integer" or "number" => "1",
        "boolean" => "true",
        "array" => "[\"...\"]",
        "object" => "{}",
        _ => "\"...\"",
    };

    /// <summary>A conversation without a call or result in it: they stand there as text.</summary>
    public static IReadOnlyList<ChatMessage> Said(ToolCallMode mode, IReadOnlyList<ChatMessage> messages)
    {
        var calls = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().DistinctBy(call => call.CallId).ToDictionary(call => call.CallId);
        return
        [
            .. messages.Select(message =>
                message.Role == ChatRole.Tool ? Results(mode, message, calls)
                : message.Role == ChatRole.Assistant ? Assistant(mode, message)
                : message),
        ];
    }

    private static ChatMessage Results(ToolCallMode mode, ChatMessage message, Dictionary<string, FunctionCallContent> calls) => new(
        ChatRole.User,
        string.Join("\n\n", message.Contents.OfType<FunctionResultContent>().Select(result =>
            $"Result of {(calls.TryGetValue(result.CallId, out var call) ? call.Name + Asked(mode, call) : "the tool")}:\n{FunctionContentText.TextOf(result)}")));

    // Where the call itself is not said.
    private static string Asked(ToolCallMode mode, FunctionCallContent call) => mode == ToolCallMode.None ? " " + FunctionContentText.ArgumentsOf(call) : "";

    private static ChatMessage Assistant(ToolCallMode mode, ChatMessage message)
    {
        var text = string.Concat(message.Contents.OfType<TextContent>().Select(content => content.Text));
        if (mode == ToolCallMode.None)
        {
            // No call to be copied: none is wanted any more.
            return new ChatMessage(ChatRole.Assistant, text);
        }
        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(call => $$"""{"{{AnswerSchema.Tool}}": "{{call.Name}}", "{{AnswerSchema.Arguments}}": {{FunctionContentText.ArgumentsOf(call)}}}""")
            .Select(call => mode == ToolCallMode.Prompt ? $"```json\n{call}\n```" : call).ToArray();
        if (mode == ToolCallMode.Schema)
        {
            // One object, as the schema has it: a call, or else the answer.
            return new ChatMessage(ChatRole.Assistant, calls.Length > 0 ? string.Join("\n", calls) : $"{{\"{AnswerSchema.Answer}\": \"{JsonEncodedText.Encode(text, Encoder)}\"}}");
        }
        return new ChatMessage(ChatRole.Assistant, string.Join("\n", text.Length > 0 ? [text, .. calls] : calls));
    }

    private static string TypeOf(JsonElement schema) =>
        schema.Items("enum").Select(one => one.ToString()).ToArray() is { Length: > 0 } words ? string.Join("|", words)
        : schema.Member("type") is { ValueKind: JsonValueKind.Array } types ? string.Join("|", types.EnumerateArray().Select(type => type.ToString()).Where(type => type != "null"))
        : schema.Text("type") ?? "any";

    private static string[] Required(AIFunctionDeclaration tool) => [.. tool.JsonSchema.Items("required").Select(name => name.ToString())];
}
