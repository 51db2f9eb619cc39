using Assistant.Basics;
using Assistant.Families;
using Assistant.Prompts;

namespace Assistant.Tests.Prompts;

public sealed class FimPromptsTests
{
    [Theory]
    [InlineData("qwen2.5-coder-7b", "int a = $$;\n", true, "<|fim_prefix|><|fim_suffix|>;\n<|fim_middle|>int a =", " ", null)]
    public void A_prompt(string model, string code, bool grammar, string prompt, string takenBack, string? root)
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        var window = PromptWindow.Next(null, new TextAround(code[..caret], code[(caret + 2)..]));
        var built = FimPrompts.Build(window, ModelFamilies.Of(model), new PromptAbilities(grammar));
        Assert.Equal((prompt, takenBack, root), (built.Text, built.TakenBack, built.Grammar));
    }
}
