using Assistant.Basics;
using Assistant.Families;
using Assistant.Prompts;
using Assistant.Tests.FileAccess;

namespace Assistant.Tests.Prompts;

/// <summary>
/// A document with the caret at <c>$$</c>, its prompt with ⏎ for line ends, and the typed text that the prompt leaves out.
/// </summary>
public sealed class FimPromptsTests
{
    private const string Anything = "[^\\n]* (\"\\n\" [^\\n]*)*";

    [Theory]
    [InlineData("qwen2.5-coder-7b", "int a = $$;\n", "<|fim_prefix|><|fim_suffix|>;\n<|fim_middle|>int a =", " ", null)]
    [InlineData("qwen2.5-coder-7b", "int a =$$;\n", "<|fim_prefix|><|fim_suffix|>;\n<|fim_middle|>int a =", "", null)]
    [InlineData("qwen2.5-coder-7b", "{\n    $$\n}", "<|fim_prefix|><|fim_suffix|>\n}<|fim_middle|>{\n", "    ", null)]
    [InlineData("qwen2.5-coder-7b", "var a = Get$$", "<|fim_prefix|><|fim_suffix|><|fim_middle|>var a =", " Get", "\"Get\"")]
    [InlineData("qwen2.5-coder-7b", "foo.$$", "<|fim_prefix|><|fim_suffix|><|fim_middle|>foo", ".", "\".\"")]
    [InlineData("qwen2.5-coder-7b", "foo?.Get$$", "<|fim_prefix|><|fim_suffix|><|fim_middle|>foo", "?.Get", "\"?.Get\"")]
    [InlineData("qwen2.5-coder-7b", "x\n    .Whe$$", "<|fim_prefix|><|fim_suffix|><|fim_middle|>x\n", "    .Whe", "\".Whe\"")]
    [InlineData("qwen2.5-coder-7b", "Foo($$)", "<|fim_prefix|><|fim_suffix|>)<|fim_middle|>Foo(", "", null)]
    [InlineData("qwen2.5-coder-7b", "a\r\n\tb$$\r\nc", "<|fim_prefix|><|fim_suffix|>\nc<|fim_middle|>a\n", "\tb", "\"b\"")]
    [InlineData("codestral-22b-v0.1", "int a = $$;\n", "[SUFFIX];\n[PREFIX]int a =", " ", null)]
    public void A_prompt_that_ends_with_the_prefix_leaves_out_half_tokens(
        string model, string code, string prompt, string takenBack, string? forced) =>
        Check(model, code, grammar: true, prompt, takenBack, forced is null ? null : $"root ::= [ \\t]* {forced} {Anything}");

    [Theory]
    [InlineData("int a = Get$$;", "<|fim_prefix|><|fim_suffix|>;<|fim_middle|>int a =", " Get")]
    [InlineData("foo.Get$$", "<|fim_prefix|><|fim_suffix|><|fim_middle|>foo.", "Get")]
    [InlineData("foo.$$", "<|fim_prefix|><|fim_suffix|><|fim_middle|>foo.", "")]
    public void Without_a_grammar_the_answer_starts_at_the_start_of_the_name(string code, string prompt, string takenBack) =>
        Check("qwen2.5-coder-7b", code, grammar: false, prompt, takenBack, grammarText: null);

    [Theory]
    [InlineData("starcoder2-3b", "<fim_prefix>int a = G<fim_suffix>;\n<fim_middle>")]
    [InlineData("deepseek-coder-6.7b-base", "<｜fim▁begin｜>int a = G<｜fim▁hole｜>;\n<｜fim▁end｜>")]
    [InlineData("codellama-7b", "<PRE> int a = G <SUF>;\n <MID>")]
    [InlineData("mellum-4b-base", "<fim_suffix>;\n<fim_prefix>int a = G<fim_middle>")]
    public void Other_prompts_hold_the_text_as_typed(string model, string prompt) =>
        Check(model, "int a = G$$;\n", grammar: true, prompt, "", null);

    [Theory]
    [InlineData("deepseek-coder-6.7b-base", "a$$\n  \n", "<｜fim▁begin｜>a<｜fim▁hole｜><｜fim▁end｜>")]
    [InlineData("starcoder2-3b", "a$$\n  \n", "<fim_prefix>a<fim_suffix>\n  \n<fim_middle>")]
    public void A_blank_suffix_is_empty_for_families_that_need_it(string model, string code, string prompt) =>
        Check(model, code, grammar: false, prompt, "", null);

    [Fact]
    public void A_marker_in_the_users_text_is_not_a_marker() => Check(
        "qwen2.5-coder-7b", "var a = \"<|fim_middle|>\" +$$;//<|endoftext|>", grammar: true,
        "<|fim_prefix|><|fim_suffix|>;//< |endoftext|><|fim_middle|>var a = \"< |fim_middle|>\" +", "", null);

    [Fact]
    public void After_a_disagreement_the_prompt_holds_the_text_as_typed_in_the_usual_order()
    {
        var prompt = FimPrompts.BuildAsTyped(Window("int a = Get$$;"), ModelFamilies.Of("qwen2.5-coder-7b"));
        Assert.Equal("<|fim_prefix|>int a = Get<|fim_suffix|>;<|fim_middle|>", prompt.Text);
        Assert.Equal(("", FimLayout.Usual), (prompt.TakenBack, prompt.Layout));
    }

    [Fact]
    public void A_family_without_holes_is_refused_with_the_remedy()
    {
        var error = Assert.Throws<ArgumentException>(
            () => FimPrompts.Build(Window("a$$"), ModelFamilies.Unknown, new PromptAbilities(false)));
        Assert.Contains("ChatHolePrompts", error.Message);
    }

    [Fact]
    public void A_chat_model_gets_the_hole_as_a_question()
    {
        var prompt = ChatHolePrompts.Build(Window("a = $$; // {{FILL_HERE}}"));
        Assert.Equal("<QUERY>\na = {{FILL_HERE}}; // { {FILL_HERE}}\n</QUERY>", prompt.User);
        Assert.DoesNotContain('\r', prompt.System);
        Assert.InRange(TokenEstimate.Of(prompt.System.Length), 1, 250);
    }

    private static PromptWindow Window(string code)
    {
        var caret = code.IndexOf("$$", StringComparison.Ordinal);
        return PromptWindow.Next(null, OpenText.Of(new TextAround(code[..caret], code[(caret + 2)..])));
    }

    private static void Check(string model, string code, bool grammar, string prompt, string takenBack, string? grammarText)
    {
        var built = FimPrompts.Build(Window(code), ModelFamilies.Of(model), new PromptAbilities(grammar));
        Assert.Equal((prompt, takenBack, grammarText), (built.Text, built.TakenBack, built.Grammar));
        Assert.InRange(built.Stops.Count, 1, 4);
    }
}
