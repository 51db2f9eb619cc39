using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>Reads the text of one answer as it arrives and makes of it what the caller sees: text, and calls of tools that came as text.</summary>
internal interface IAnswerReader
{
    IReadOnlyList<AIContent> Feed(string text);

    /// <param name="wasCut">The answer ended at its token limit.</param>
    IReadOnlyList<AIContent> End(bool wasCut);
}

/// <summary>Text is text.</summary>
internal sealed class PlainAnswer : IAnswerReader
{
    public IReadOnlyList<AIContent> Feed(string text) => [new TextContent(text)];

    public IReadOnlyList<AIContent> End(bool wasCut) => [];
}
