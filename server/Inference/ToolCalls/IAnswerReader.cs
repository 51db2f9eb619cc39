using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>Reads the text of one answer as it arrives and converts it into contents: text, and tool calls written as text.</summary>
internal interface IAnswerReader
{
    IReadOnlyList<AIContent> Feed(string text);

    /// <param name="wasCut">The answer ended at its token limit.</param>
    IReadOnlyList<AIContent> End(bool wasCut);
}

/// <summary>Returns all text unchanged and finds no calls.</summary>
internal sealed class PlainAnswer : IAnswerReader
{
    public IReadOnlyList<AIContent> Feed(string text) => [new TextContent(text)];

    public IReadOnlyList<AIContent> End(bool wasCut) => [];
}
