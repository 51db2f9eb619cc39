using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assistant.Models.Clients;
using Microsoft.Extensions.AI;

namespace Assistant.Models.ToolCalls;

/// <summary>
/// Tools in words, for models that are given none with the request: what there is, how a call is written, and former calls and results as
/// they would have been written.
/// </summary>
internal static class ToolTalk
{
    // Code stays readable: the model learns from it how to write.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <param name="mustCall">An answer without a call is not wanted.</param>
    public static string Instructions(ToolWay way, OfferedTools tools, bool mustCall)
    {
        var text = new StringBuilder("You have these tools:\n");
        foreach (var tool in tools.All)
        {
            text.Append("- ").Append(tool.Name).Append('(').AppendJoin(", ", OfferedTools.Parameters(tool).Select(Parameter)).Append(')');
            text.Append(tool.Description is { Length: > 0 } description ? $": {description}" : "").Append('\n');

            string Parameter(JsonProperty parameter) =>
                $"{parameter.Name}{(Required(tool).Contains(parameter.Name) ? "" : "?")}: {TypeOf(parameter.Value)}{(parameter.Value.Text("description") is { } said ? $" ({said})" : "")}";
        }
        text.Append(way == ToolWay.Schema
            ? """
              Write one JSON object. To use a tool: {"tool": "NAME", "arguments": {...}}
              """
            : """
              To use a tool write only this and nothing else:
              ```json
              {"tool": "NAME", "arguments": {...}}
              ```
              """);
        text.Append(mustCall ? "\nUse a tool now."
            : way == ToolWay.Schema ? """

              When the results you need are there, or no tool can help: {"answer": "TEXT"}
              You know nothing of the user's code but what tools have told you: use the tool that fits the question first.
              """
            : """

              The result comes with the next message. When the results you need are there, or no tool can help, answer in plain text.
              You know nothing of the user's code but what tools have told you: use the tool that fits the question first.
              """);
        return text.ToString();
    }

    /// <summary>A conversation without a call or result in it: they stand there as text.</summary>
    public static IReadOnlyList<ChatMessage> Said(ToolWay way, IReadOnlyList<ChatMessage> messages)
    {
        var names = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().DistinctBy(call => call.CallId).ToDictionary(call => call.CallId, call => call.Name);
        return [.. messages.Select(message => message.Role == ChatRole.Tool ? Results(message, names) : message.Role == ChatRole.Assistant ? Assistant(way, message) : message)];
    }

    private static ChatMessage Results(ChatMessage message, Dictionary<string, string> names) => new(
        ChatRole.User,
        string.Join("\n\n", message.Contents.OfType<FunctionResultContent>().Select(result =>
            $"Result of {(names.TryGetValue(result.CallId, out var name) ? name : "the tool")}:\n{SdkMessages.TextOf(result)}")));

    private static ChatMessage Assistant(ToolWay way, ChatMessage message)
    {
        var text = string.Concat(message.Contents.OfType<TextContent>().Select(content => content.Text));
        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(call => $$"""{"{{AnswerSchema.Tool}}": "{{call.Name}}", "{{AnswerSchema.Arguments}}": {{SdkMessages.ArgumentsOf(call)}}}""")
            .Select(call => way == ToolWay.Prompt ? $"```json\n{call}\n```" : call).ToArray();
        if (way == ToolWay.Schema)
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
