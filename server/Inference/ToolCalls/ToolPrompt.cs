using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assistant.ModelServers;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// Describes tools as text, for requests that carry no tools: the list of tools, the notation of a call, and former calls and results in
/// that notation.
/// </summary>
internal static class ToolPrompt
{
    // Code in earlier answers stays unescaped, since the model imitates it.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <remarks>
    /// The text was tuned on a model with half a billion parameters, with questions and tools that no test contains. Three things helped:
    /// for each tool only its description and a call to copy; the plain answer as the last choice, not as the case in which no tool fits;
    /// the rule of choice repeated at the end. Three things hurt: signatures (6 of 24 right instead of 14), the answer as the first choice
    /// (1 of 24), and this text before the caller's system text.
    /// </remarks>
    /// <param name="mustCall">The answer must contain a call.</param>
    public static string Instructions(ToolCallMode mode, OfferedTools tools, bool mustCall)
    {
        var text = new StringBuilder("# Tools\n")
            .Append("You cannot see the user's code, files or results. Use a tool to get anything from them or to change them. ");
        text.Append(mode == ToolCallMode.Schema
            ? "Write one JSON object:\n"
            : "To use one write its JSON object and nothing else; the result comes with the next message:\n");
        foreach (var tool in tools.All)
        {
            text.Append("- ")
                .Append(tool.Description is { Length: > 0 } description ? description.ReplaceLineEndings(" ") : tool.Name)
                .Append('\n');
            text.Append("  ").Append(Example(tool)).Append('\n');
            // A grammar lists the optional arguments itself; in this text they distract the model (19 of 28 right instead of 21).
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

    /// <summary>A call with its required arguments, as an example.</summary>
    private static string Example(AIFunctionDeclaration tool)
    {
        var parameters = OfferedTools.Parameters(tool).ToArray();
        var arguments = Required(tool)
            .Select(name => $"\"{name}\": {Placeholder(parameters.FirstOrDefault(parameter => parameter.Name == name).Value)}");
        return $$"""{"{{AnswerSchema.Tool}}": "{{tool.Name}}", "{{AnswerSchema.Arguments}}": {""" + string.Join(", ", arguments) + "}}";
    }

    private static string[] Optional(AIFunctionDeclaration tool) =>
    [
        .. OfferedTools.Parameters(tool)
            .Where(parameter => !Required(tool).Contains(parameter.Name))
            .Select(parameter => parameter.Value.Text("description") is { Length: > 0 } description
                ? $"{parameter.Name} ({description})"
                : $"{parameter.Name} ({TypeOf(parameter.Value)})"),
    ];

    private static string Placeholder(JsonElement schema) => TypeOf(schema) switch
    {
        "integer" or "number" => "1",
        "boolean" => "true",
        "array" => "[\"...\"]",
        "object" => "{}",
        _ => "\"...\"",
    };

    /// <summary>The conversation with its calls and results as text.</summary>
    public static IReadOnlyList<ChatMessage> AsText(ToolCallMode mode, IReadOnlyList<ChatMessage> messages)
    {
        var calls = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()
            .DistinctBy(call => call.CallId).ToDictionary(call => call.CallId);
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
        {
            var name = calls.TryGetValue(result.CallId, out var call) ? call.Name + ArgumentsAfter(mode, call) : "the tool";
            return $"Result of {name}:\n{FunctionContentText.TextOf(result)}";
        })));

    // Mode None writes no calls, so the result has to name the arguments.
    private static string ArgumentsAfter(ToolCallMode mode, FunctionCallContent call) =>
        mode == ToolCallMode.None ? " " + FunctionContentText.ArgumentsOf(call) : "";

    private static ChatMessage Assistant(ToolCallMode mode, ChatMessage message)
    {
        var text = string.Concat(message.Contents.OfType<TextContent>().Select(content => content.Text));
        if (mode == ToolCallMode.None)
        {
            // No call that the model could imitate: the caller wants none any more.
            return new ChatMessage(ChatRole.Assistant, text);
        }
        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(call =>
                $$"""{"{{AnswerSchema.Tool}}": "{{call.Name}}", "{{AnswerSchema.Arguments}}": {{FunctionContentText.ArgumentsOf(call)}}}""")
            .Select(call => mode == ToolCallMode.Prompt ? $"```json\n{call}\n```" : call).ToArray();
        if (mode == ToolCallMode.Schema)
        {
            // The schema allows one object: a call or an answer.
            return new ChatMessage(ChatRole.Assistant, calls.Length > 0
                ? string.Join("\n", calls)
                : $"{{\"{AnswerSchema.Answer}\": \"{JsonEncodedText.Encode(text, Encoder)}\"}}");
        }
        return new ChatMessage(ChatRole.Assistant, string.Join("\n", text.Length > 0 ? [text, .. calls] : calls));
    }

    private static string TypeOf(JsonElement schema) =>
        schema.Items("enum").Select(one => one.ToString()).ToArray() is { Length: > 0 } words ? string.Join("|", words)
        : schema.Member("type") is { ValueKind: JsonValueKind.Array } types
            ? string.Join("|", types.EnumerateArray().Select(type => type.ToString()).Where(type => type != "null"))
        : schema.Text("type") ?? "any";

    private static string[] Required(AIFunctionDeclaration tool) => [.. tool.JsonSchema.Items("required").Select(name => name.ToString())];
}
