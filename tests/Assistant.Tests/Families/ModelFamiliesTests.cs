using Assistant.Families;

namespace Assistant.Tests.Families;

/// <summary>The expectations were written by hand from the lists of real servers, not from the table.</summary>
public sealed class ModelFamiliesTests
{
    [Theory]
    [InlineData("qwen/qwen3-coder-30b", "qwen3-coder", "<|fim_prefix|>")]
    [InlineData("qwen/qwen3-coder-next", "qwen3-coder", "<|fim_prefix|>")]
    [InlineData("qwen/qwen2.5-coder-14b", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("qwen2.5-coder-7b-instruct", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("qwen2.5-coder-7b-instruct:2", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("qwen/qwen3.5-9b", "qwen3.5", null)]
    [InlineData("qwen/qwen3.5-35b-a3b", "qwen3.5", null)]
    [InlineData("qwen/qwen3.6-27b", "qwen3.5", null)]
    [InlineData("qwen/qwen3.6-35b-a3b", "qwen3.5", null)]
    [InlineData("qwen3.8-27b@q4_k_m", "qwen3.5", null)]
    [InlineData("openai/gpt-oss-20b", "gpt-oss", null)]
    [InlineData("openai/gpt-oss-120b", "gpt-oss", null)]
    [InlineData("mistralai/devstral-small-2507", "devstral", null)]
    [InlineData("mistralai/devstral-small-2-2512", "devstral", null)]
    [InlineData("mistralai/ministral-3-3b", "mistral", null)]
    [InlineData("google/gemma-3-4b", "gemma-3", null)]
    [InlineData("google/gemma-4-12b", "gemma-4", null)]
    [InlineData("google/gemma-4-26b-a4b", "gemma-4", null)]
    [InlineData("google/gemma-4-e2b", "gemma-4", null)]
    [InlineData("zai-org/glm-4.7-flash", "glm-4.5", "<|code_prefix|>")]
    [InlineData("glm-4.7-flash@mxfp4", "glm-4.5", "<|code_prefix|>")]
    [InlineData("nvidia/nemotron-3-nano", "general", null)]
    [InlineData("ibm/granite-4-micro", "granite-4", "<|fim_prefix|>")]
    [InlineData("text-embedding-nomic-embed-text-v1.5", "embedding", null)]
    [InlineData("text-embedding-bge-m3", "embedding", null)]
    [InlineData("mlx-community/Qwen3-Coder-30B-A3B-Instruct-4bit", "qwen3-coder", "<|fim_prefix|>")]
    [InlineData("mlx-community/Qwen2.5-Coder-7B-4bit", "qwen2.5-coder-base", "<|fim_prefix|>")]
    [InlineData("mlx-community/Qwen2.5-Coder-7B-Instruct-4bit", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("mlx-community/Qwen3.5-9B-MLX-4bit", "qwen3.5", null)]
    [InlineData("mlx-community/Qwen3.6-35B-A3B-4bit-DWQ", "qwen3.5", null)]
    [InlineData("gnukeith/zeta-2-mlx-8bit", "zeta", null)]
    public void Ids_of_real_servers_have_a_family(string id, string family, string? prefixMarker) => Check(id, family, prefixMarker);

    [Theory]
    [InlineData("/models/Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData(@"C:\models\qwen2.5-coder-0.5b-instruct-q4_0-00001-of-00002.gguf", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("Qwen2.5-Coder-7B.Q5_K_M.gguf", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF:Q4_K_M", "qwen3-coder", "<|fim_prefix|>")]
    [InlineData("qwen2.5-coder:7b-base", "qwen2.5-coder-base", "<|fim_prefix|>")]
    [InlineData("qwen2.5-coder:latest", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("qwen25-coder-3b", "qwen2.5-coder", "<|fim_prefix|>")]
    [InlineData("qwen/qwen3-30b-a3b-instruct-2507", "qwen3", null)]
    [InlineData("qwen/qwen3-4b-thinking-2507", "qwen3-thinking", null)]
    [InlineData("qwen3-8b", "qwen3-hybrid", null)]
    [InlineData("qwen3-embedding-0.6b", "embedding", null)]
    [InlineData("Qwen/Qwen3-VL-8B", "qwen-vl", null)]
    [InlineData("bigcode/starcoder2-7b", "starcoder", "<fim_prefix>")]
    [InlineData("JetBrains/Mellum-4b-base", "mellum", "<fim_prefix>")]
    [InlineData("mellum-4b-sft-all@q8_0", "mellum", "<fim_prefix>")]
    [InlineData("deepseek-coder-v2-lite-base", "deepseek-coder-base", "<｜fim▁begin｜>")]
    [InlineData("deepseek-coder-v2-lite-instruct", "deepseek-coder", null)]
    [InlineData("deepseek/deepseek-r1-0528-qwen3-8b", "deepseek-r1", null)]
    [InlineData("mistralai/codestral-22b-v0.1", "codestral", "[PREFIX]")]
    [InlineData("bytedance/seed-coder-8b-base", "seed-coder-base", "<[fim-prefix]>")]
    [InlineData("seed-coder-8b-instruct", "seed-coder", null)]
    [InlineData("granite-3.3-8b-instruct", "granite-3", "<fim_prefix>")]
    [InlineData("granite-8b-code-base", "granite-code", "<fim_prefix>")]
    [InlineData("codellama-7b-code", "codellama", "<PRE> ")]
    [InlineData("codellama-34b", "codellama", null)]
    [InlineData("google/codegemma-2b", "codegemma", "<|fim_prefix|>")]
    [InlineData("stable-code-3b", "stable-code", "<fim_prefix>")]
    [InlineData("01-ai/yi-coder-9b", "yi-coder", null)]
    [InlineData("my-own-model", "unknown", null)]
    [InlineData("", "unknown", null)]
    public void Other_spellings_have_a_family(string id, string family, string? prefixMarker) => Check(id, family, prefixMarker);

    [Fact]
    public void Stops_are_at_most_four_and_no_text_is_empty()
    {
        foreach (var fim in ModelFamilies.All.Select(family => family.Fim).OfType<FimTemplate>())
        {
            Assert.InRange(fim.Stops.Count, 1, 4);
            Assert.DoesNotContain(fim.Stops.Concat(fim.Markers), string.IsNullOrWhiteSpace);
            Assert.NotEmpty(fim.Prefix);
            Assert.NotEmpty(fim.Suffix);
        }
    }

    [Fact]
    public void An_answer_is_cut_at_every_stop_and_at_the_prompts_own_markers()
    {
        foreach (var fim in ModelFamilies.All.Select(family => family.Fim).OfType<FimTemplate>())
        {
            Assert.Empty(fim.Stops.Except(fim.Markers));
            Assert.Contains(fim.Prefix.Trim(), fim.Markers);
            Assert.Contains(fim.Suffix.Trim(), fim.Markers);
        }
    }

    [Fact]
    public void Stops_are_single_special_tokens_and_never_text()
    {
        // mlx matches stops as token ids and deletes textual ones from the answer.
        foreach (var stop in ModelFamilies.All.SelectMany(family => family.Fim?.Stops ?? []))
        {
            Assert.Matches(@"^(<\S+>|\[[A-Z]+\])$", stop);
        }
    }

    [Fact]
    public void Mellum_has_StarCoders_markers_in_another_order()
    {
        var mellum = ModelFamilies.Of("mellum-4b").Fim!;
        var starCoder = ModelFamilies.Of("starcoder2-3b").Fim!;
        Assert.Equal((starCoder.Prefix, starCoder.Suffix, starCoder.Middle), (mellum.Prefix, mellum.Suffix, mellum.Middle));
        Assert.Equal(FimOrder.PrefixSuffixMiddle, starCoder.Order);
        Assert.Equal(FimOrder.SuffixPrefixMiddle, mellum.Order);
    }

    [Fact]
    public void DeepSeeks_bars_are_not_ascii()
    {
        var fim = ModelFamilies.Of("deepseek-coder-6.7b-base").Fim!;
        Assert.Equal("<\uFF5Cfim\u2581begin\uFF5C>", fim.Prefix);
        Assert.Equal("<\uFF5Cfim\u2581hole\uFF5C>", fim.Suffix);
        Assert.Equal("<\uFF5Cfim\u2581end\uFF5C>", fim.Middle);
        Assert.DoesNotContain(fim.Stops, stop => stop.Contains('|') || stop.Contains('_'));
    }

    [Fact]
    public void Only_the_measured_family_has_the_prefix_after_the_middle_marker() => Assert.Equal(
        ["qwen2.5-coder-base", "qwen2.5-coder"],
        ModelFamilies.All.Where(family => family.Fim?.Layout == FimLayout.MiddleHoldsPrefix).Select(family => family.Name).Distinct());

    [Fact]
    public void An_embedding_model_neither_chats_nor_fills() => Assert.All(
        ModelFamilies.All.Where(family => family.Embedding),
        family => Assert.True(family is { Chat: false, Tools: false, Fim: null }));

    private static void Check(string id, string family, string? prefixMarker)
    {
        var found = ModelFamilies.Of(id);
        Assert.Equal((family, prefixMarker), (found.Name, found.Fim?.Prefix));
    }
}
