using static Assistant.Families.Reasoning;

namespace Assistant.Families;

/// <summary>
/// Model ids and their families; the first match wins. Patterns are regular expressions on the normalised id
/// (<see cref="ModelFamilies.Normalise"/>). Columns: pattern, name, FIM, abilities, reasoning, longest context in tokens.
/// </summary>
internal static class ModelTable
{
    public sealed record Row(
        string Pattern, string Name, FimTemplate? Fim, Can Can, Reasoning Reasoning, int ContextTokens, string? Publisher = null);

    [Flags]
    public enum Can
    {
        Nothing = 0,
        Chat = 1,
        Tools = 2,
        Vision = 4,
        Embed = 8,
    }

    private const Can ChatTools = Can.Chat | Can.Tools;
    private const Can ChatToolsVision = ChatTools | Can.Vision;

    public static readonly Row[] Rows =
    [
        new(@"(^|-)embed|bge-|(^|-)e5-|(^|-)gte-|minilm|jina-embed|-embedding|embeddinggemma", "embedding", null, Can.Embed, Never, 8_192),

        // These models make neither text from text nor vectors.
        new(@"whisper|(^|-)tts|dall-e|gpt-image|moderation|stable-diffusion|(^|-)flux|rerank", "other", null, Can.Nothing, Never, 8_192),

        // Next-edit models need a prompt format that is not implemented.
        new(@"sweep-next-edit", "sweep", null, Can.Nothing, Never, 32_768),
        new(@"zeta", "zeta", null, Can.Nothing, Never, 32_768),

        new(@"qwen2\.?5-coder.*base", "qwen2.5-coder-base", FimTemplates.Qwen25, Can.Nothing, Never, 32_768),
        // The name is mlx-community's base model; LM Studio's qwen/qwen2.5-coder-14b is the instruct model.
        new(
            @"qwen2\.?5-coder-\d+(\.\d+)?b$", "qwen2.5-coder-base", FimTemplates.Qwen25, Can.Nothing, Never, 32_768,
            Publisher: "mlx-community"),
        new(@"qwen2\.?5-coder", "qwen2.5-coder", FimTemplates.Qwen25, Can.Chat, Never, 32_768),
        new(@"codeqwen", "codeqwen1.5", FimTemplates.CodeQwen15, Can.Chat, Never, 65_536),
        new(@"qwen3-coder", "qwen3-coder", FimTemplates.Qwen3, ChatTools, Never, 262_144),
        new(@"qwen3-vl|qwen2.*-vl", "qwen-vl", null, ChatToolsVision, Unknown, 32_768),
        new(@"qwen3\.[5-9]", "qwen3.5", null, ChatTools, Toggle, 262_144),
        new(@"qwen3.*thinking|qwq", "qwen3-thinking", null, ChatTools, Always, 262_144),
        new(@"qwen3.*instruct-2507", "qwen3", null, ChatTools, Never, 262_144),
        new(@"^qwen3(-|$)", "qwen3-hybrid", null, ChatTools, Toggle, 32_768),

        new(@"gpt-oss", "gpt-oss", null, ChatTools, Effort, 131_072),

        new(@"devstral", "devstral", null, ChatTools, Never, 131_072),
        new(@"codestral", "codestral", FimTemplates.Codestral, Can.Chat, Never, 32_768),
        new(@"magistral", "magistral", null, ChatTools, Always, 131_072),
        new(@"ministral|mistral", "mistral", null, ChatTools, Never, 131_072),

        new(@"deepseek-coder.*base", "deepseek-coder-base", FimTemplates.DeepSeek, Can.Nothing, Never, 16_384),
        // The instruct variants fill holes poorly.
        new(@"deepseek-coder", "deepseek-coder", null, Can.Chat, Never, 16_384),
        new(@"deepseek-r1|deepseek.*distill", "deepseek-r1", null, Can.Chat, Always, 32_768),

        new(@"glm-5", "glm-5", null, ChatTools, Toggle, 131_072),
        new(@"glm-4\.[5-9]", "glm-4.5", FimTemplates.Glm, ChatTools, Toggle, 131_072),
        new(@"glm-4", "glm-4", FimTemplates.Glm, ChatTools, Never, 131_072),
        new(@"codegeex", "codegeex4", FimTemplates.CodeGeeX, Can.Chat, Never, 131_072),

        new(@"granite-4", "granite-4", FimTemplates.Granite4, ChatTools, Never, 131_072),
        new(@"granite-3", "granite-3", FimTemplates.Granite, ChatTools, Never, 131_072),
        new(@"granite.*code", "granite-code", FimTemplates.Granite, Can.Chat, Never, 8_192),

        new(@"starcoder", "starcoder", FimTemplates.StarCoder, Can.Nothing, Never, 16_384),
        new(@"seed-coder.*base", "seed-coder-base", FimTemplates.SeedCoder, Can.Nothing, Never, 32_768),
        new(@"seed-coder", "seed-coder", null, Can.Chat, Never, 32_768),
        new(@"seed-oss", "seed-oss", null, ChatTools, Toggle, 524_288),
        new(@"mellum", "mellum", FimTemplates.Mellum, Can.Nothing, Never, 8_192),

        new(@"codellama.*(34b|70b|python)", "codellama", null, Can.Chat, Never, 16_384),
        new(@"codellama", "codellama", FimTemplates.CodeLlama, Can.Chat, Never, 16_384),
        new(@"codegemma.*-it$", "codegemma-it", null, Can.Chat, Never, 8_192),
        new(@"codegemma", "codegemma", FimTemplates.CodeGemma, Can.Nothing, Never, 8_192),
        new(@"stable-code", "stable-code", FimTemplates.StarCoder, Can.Nothing, Never, 16_384),
        // The family was not trained with a suffix.
        new(@"yi-coder", "yi-coder", null, Can.Chat, Never, 131_072),

        new(@"gemma-4", "gemma-4", null, ChatToolsVision, Toggle, 131_072),
        new(@"gemma-3", "gemma-3", null, Can.Chat | Can.Vision, Never, 131_072),
        new(@"nemotron|phi-4|llama-?3|lfm2|kimi|minimax|ernie", "general", null, ChatTools, Unknown, 131_072),
    ];
}
