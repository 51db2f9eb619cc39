namespace Assistant.Families;

/// <summary>
/// Finds a family by the tokenizer alone, for servers that do not name their model: a marker that is a special token counts as one token.
/// </summary>
public static class MarkerProbes
{
    /// <summary>
    /// The first row whose markers are all special gives the family. StarCoder, Granite and Mellum are not in the table: they have the same
    /// markers in different orders, so a guess would give garbage.
    /// </summary>
    public static IReadOnlyList<(string Family, IReadOnlyList<string> Markers)> Rows { get; } =
    [
        // Only Qwen3 has the first two markers. One alone could be lost in the tolerance for a BOS token.
        ("qwen3-coder", ["<think>", "</think>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_sep|>"]),
        ("qwen2.5-coder", ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_sep|>"]),
        ("codegemma", ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_separator|>"]),
        ("deepseek-coder-base", ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"]),
        ("codestral", ["[PREFIX]", "[SUFFIX]", "[MIDDLE]"]),
        ("seed-coder-base", ["<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"]),
        ("glm-4.5", ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"]),
    ];

    /// <summary>True where a prompt of these markers alone was read as special tokens, with at most a BOS token before them.</summary>
    public static bool AreSpecial(IReadOnlyList<string> markers, int promptTokens) => promptTokens <= markers.Count + 1;
}
