using Assistant.Inference.Chat;

namespace Assistant.Tests.Inference.Chat;

public sealed class ContextOverflowTests
{
    [Theory]
    [InlineData(7_000, 8_192, true)]
    [InlineData(4_000, 8_192, false)]
    public void An_empty_answer_to_a_full_context_is_suspected(int prompt, int context, bool expected) =>
        Assert.Equal(expected, ContextOverflow.IsSuspected(prompt, context));
}
