using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>A conversation with tools as one mode has it: what is sent, and how the answer is read.</summary>
/// <param name="Messages">With former calls and results in the mode's own form.</param>
/// <param name="Instructions">What the system text begins with.</param>
/// <param name="NativeTools">Those that go with the request.</param>
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
                Told(), instructions, [], AnswerSchema.Of(tools, answer: !mustCall, format), new SchemaAnswer(tools)),
            ToolCallMode.Prompt => new ToolExchange(Told(), instructions, [], format, new TextCalls(tools)),
            // Of a conversation that had tools, the results stay as text.
            _ => new ToolExchange(HasCalls() ? ToolPrompt.Said(mode, messages) : messages, instructions, [], format, new PlainAnswer()),
        };

        // Behind the caller's own system text.
        ChatMessage[] Told()
        {
            var said = ToolPrompt.Said(mode, messages);
            var system = said.TakeWhile(message => message.Role == ChatRole.System).Count();
            return [.. said.Take(system), new ChatMessage(ChatRole.System, ToolPrompt.Instructions(mode, tools, mustCall)), .. said.Skip(system)];
        }

        bool HasCalls() => messages.Any(message => message.Contents.Any(content => content is FunctionCallContent or FunctionResultContent));
    }
}
