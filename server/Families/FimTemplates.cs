using static Assistant.Families.FimLayout;
using static Assistant.Families.FimOrder;

namespace Assistant.Families;

/// <summary>
/// The FIM formats, a row each, for the rows of <see cref="ModelTable"/>. Sources: the vocabularies in llama.cpp, the templates of Continue
/// and Zed, model cards and papers; for the layout, our own measurements (docs/model-servers.md).
/// </summary>
internal static class FimTemplates
{
    public static readonly FimTemplate Qwen25 = Of(PrefixSuffixMiddle, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>",
        stops: ["<|endoftext|>", "<|fim_pad|>", "<|file_sep|>", "<|im_end|>"],
        others: ["<|repo_name|>", "<|im_start|>"], repository: "<|repo_name|>", file: "<|file_sep|>")
        with
    { Layout = MiddleHoldsPrefix };

    // Qwen3 has the same tokens; its layout is the usual one until another is measured with these models.
    public static readonly FimTemplate Qwen3 = Qwen25 with { Layout = Usual };

    public static readonly FimTemplate CodeQwen15 = Of(PrefixSuffixMiddle, "<fim_prefix>", "<fim_suffix>", "<fim_middle>",
        stops: ["<|endoftext|>", "<file_sep>", "<fim_pad>", "<|im_end|>"], others: ["<|im_start|>", "<repo_name>"]);

    public static readonly FimTemplate StarCoder = Of(PrefixSuffixMiddle, "<fim_prefix>", "<fim_suffix>", "<fim_middle>",
        stops: ["<|endoftext|>", "<file_sep>", "<fim_prefix>"],
        others: ["<fim_pad>", "<repo_name>"], repository: "<repo_name>", file: "<file_sep>");

    // The bars are U+FF5C and the gaps U+2581, not ASCII.
    public static readonly FimTemplate DeepSeek = Of(PrefixSuffixMiddle, "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>",
        stops: ["<｜end▁of▁sentence｜>", "<｜fim▁begin｜>", "<｜fim▁hole｜>"], others: ["<｜begin▁of▁sentence｜>"], emptySuffixWhenBlank: true);

    // The spaces are part of the format.
    public static readonly FimTemplate CodeLlama = Of(PrefixSuffixMiddle, "<PRE> ", " <SUF>", " <MID>",
        stops: ["<EOT>", "<PRE>", "<SUF>", "<MID>"], others: ["</s>"], emptySuffixWhenBlank: true);

    // The suffix comes first, and no marker precedes the middle. The tokenizer adds <s>.
    public static readonly FimTemplate Codestral = Of(SuffixPrefixMiddle, "[PREFIX]", "[SUFFIX]", "",
        stops: ["</s>", "[PREFIX]", "[SUFFIX]"], others: ["[MIDDLE]"]);

    public static readonly FimTemplate CodeGemma = Of(PrefixSuffixMiddle, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>",
        stops: ["<|file_separator|>", "<eos>", "<|fim_prefix|>", "<end_of_turn>"], others: ["<start_of_turn>"], file: "<|file_separator|>");

    public static readonly FimTemplate Granite = Of(PrefixSuffixMiddle, "<fim_prefix>", "<fim_suffix>", "<fim_middle>",
        stops: ["<|end_of_text|>", "<|endoftext|>", "<fim_pad>"], others: ["<reponame>", "<|start_of_role|>"], repository: "<reponame>");

    public static readonly FimTemplate Granite4 = Of(PrefixSuffixMiddle, "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>",
        stops: ["<|end_of_text|>", "<|endoftext|>", "<|fim_pad|>"], others: ["<|start_of_role|>"]);

    public static readonly FimTemplate SeedCoder = Of(SuffixPrefixMiddle, "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>",
        stops: ["<[end▁of▁sentence]>", "<[fim-suffix]>", "<[fim-prefix]>"], others: ["<[begin▁of▁sentence]>"]);

    // Mellum has StarCoder's markers in another order: with StarCoder's format it answers garbage.
    public static readonly FimTemplate Mellum = Of(SuffixPrefixMiddle, "<fim_prefix>", "<fim_suffix>", "<fim_middle>",
        stops: ["<|endoftext|>", "<fim_suffix>", "<fim_prefix>", "<filename>"], others: [], file: "<filename>");

    // The format is not verified for 4.5 and later.
    public static readonly FimTemplate Glm = Of(PrefixSuffixMiddle, "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>",
        stops: ["<|endoftext|>", "<|user|>", "<|code_prefix|>"], others: ["<|assistant|>", "<|observation|>"]);

    // The hole is inside a chat turn.
    public static readonly FimTemplate CodeGeeX = Of(SuffixPrefixMiddle, "<|code_prefix|>",
        "<|user|>\n###LANGUAGE:C#\n###MODE:BLOCK\n<|code_suffix|>", "<|code_middle|><|assistant|>\n",
        stops: ["<|user|>", "<|endoftext|>"], others: ["<|assistant|>", "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"]);

    public static FimTemplate Of(
        FimOrder order,
        string prefix,
        string suffix,
        string middle,
        string[] stops,
        string[] others,
        bool emptySuffixWhenBlank = false,
        string? repository = null,
        string? file = null)
    {
        // An answer is cut at any marker of the prompt's own format, also where the server ignored the stops.
        string[] own = [prefix.Trim(), suffix.Trim(), middle.Trim()];
        return new FimTemplate(
            prefix, suffix, middle, order, Usual, stops,
            [.. stops.Concat(others).Concat(own).Where(marker => marker.Length > 0).Distinct()],
            emptySuffixWhenBlank, repository, file);
    }
}
