namespace Assistant.Families;

/// <summary>
/// Tells a family from the tokenizer alone, for servers that do not name their model: a marker that is a special token counts as one token.
/// </summary>
public static class MarkerProbes
{
    /// <summary>
    /// The first row whose markers are all special names the family. StarCoder, Granite and Mellum are not here: they spell alike and
    /// order differently, so a guess would give garbage.
    /// </summary>
    public static IReadOnlyList<(string Family, IReadOnlyList<string> Markers)> Rows { get; } =
    [
        // Two markers that only Qwen3 knows: one alone could hide in the allowance for a BOS.
        ("qwen3-coder", ["<think>", "</think>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_sep|>"]),
        ("qwen2.5-coder", ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_sep|>"]),
        ("codegemma", ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_separator|>"]),
        ("deepseek-coder-base", ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"]),
        ("codestral", ["[PREFIX]", "[SUFFIX]", "[MIDDLE]"]),
        ("seed-coder-base", ["<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"]),
        ("glm-4.5", ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"]),
    ];

    /// <summary>Whether a prompt of these markers alone was read as special tokens; one more may stand before them (BOS).</summary>
    public static bool AreSpecial(IReadOnlyList<string> markers, int promptTokens) => promptTokens <= markers.Count + 1;
}
