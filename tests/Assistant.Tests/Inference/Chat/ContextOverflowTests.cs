using Assistant.Inference.Chat;

namespace Assistant.Tests.Inference.Chat;

public sealed class ContextOverflowTests
{
    [Theory]
    [InlineData("Input does not fit in context length. The input has 31430 tokens, but the context length only supports 30000 tokens.", 31430, 30000)]
    [InlineData("The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096).", 13055, 4096)]
    [InlineData("Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)", 15028, 7424)]
    [InlineData("Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens", 5000, 4096)]
    [InlineData("request (54029 tokens) exceeds the available context size (4096 tokens), try increasing it", 54029, 4096)]
    [InlineData("This model's maximum context length is 8192 tokens. However, you requested 9000 tokens", 9000, 8192)]
    [InlineData("the request exceeds the available context size, try increasing it", null, null)]
    public void Servers_say_what_they_counted_and_what_they_have(string words, int? prompt, int? context) =>
        Assert.Equal((prompt, context), (ContextOverflow.PromptIn(words), ContextOverflow.ContextIn(words)));

    [Theory]
    [InlineData(7_000, 8_192, true)]
    [InlineData(4_000, 8_192, false)]
    public void Nothing_in_answer_to_a_full_context_is_suspected(int prompt, int context, bool expected) => Assert.Equal(expected, ContextOverflow.IsSuspected(prompt, context));
}
