using Microsoft.Extensions.AI;

namespace Assistant.Models.ToolCalls;

/// <summary>A conversation with tools as one way has it: what is sent, and how the answer is read.</summary>
/// <param name="Messages">With former calls and results in the way's own form.</param>
/// <param name="Instructions">What the system text begins with.</param>
/// <param name="NativeTools">Those that go with the request.</param>
internal sealed record ToolExchange(
    IReadOnlyList<ChatMessage> Messages,
    string? Instructions,
    IReadOnlyList<AIFunctionDeclaration> NativeTools,
    ChatResponseFormat? Format,
    IAnswerReader Reader)
{
    public static ToolExchange Of(ToolWay way, ModelRoute route, OfferedTools tools, IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        new(messages, options?.Instructions, way == ToolWay.Native ? tools.All : [], options?.ResponseFormat, new PlainAnswer());
}
