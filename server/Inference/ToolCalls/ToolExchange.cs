using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>A conversation with tools in the form of one mode: the request's parts, and the reader of the answer.</summary>
/// <param name="Messages">The messages, with former calls and results in the mode's form.</param>
/// <param name="Instructions">The beginning of the system text.</param>
/// <param name="NativeTools">The tools that the request itself carries.</param>
internal sealed record ToolExchange(
    IReadOnlyList<ChatMessage> Messages,
    string? Instructions,
    IReadOnlyList<AIFunctionDeclaration> NativeTools,
    ChatResponseFormat? Format,
    IAnswerReader Reader)
{
    public static ToolExchange Of(ToolCallMode mode, OfferedTools tools, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var (instructions, format) = (options?.Instructions, options?.ResponseFormat);
        var mustCall = options?.ToolMode is RequiredChatToolMode;
        return mode switch
        {
            ToolCallMode.Native => new ToolExchange(messages, instructions, tools.All, format, new TextCalls(tools)),
            ToolCallMode.Schema => new ToolExchange(
                WithPrompt(), instructions, [], AnswerSchema.Of(tools, answer: !mustCall, format), new SchemaAnswer(tools)),
            ToolCallMode.Prompt => new ToolExchange(WithPrompt(), instructions, [], format, new TextCalls(tools)),
            // A conversation that had tools keeps their results as text.
            _ => new ToolExchange(HasCalls() ? ToolPrompt.AsText(mode, messages) : messages, instructions, [], format, new PlainAnswer()),
        };

        // The tools' text follows the caller's own system text.
        ChatMessage[] WithPrompt()
        {
            var text = ToolPrompt.AsText(mode, messages);
            var system = text.TakeWhile(message => message.Role == ChatRole.System).Count();
            var prompt = new ChatMessage(ChatRole.System, ToolPrompt.Instructions(mode, tools, mustCall));
            return [.. text.Take(system), prompt, .. text.Skip(system)];
        }

        bool HasCalls() =>
            messages.Any(message => message.Contents.Any(content => content is FunctionCallContent or FunctionResultContent));
    }
}
