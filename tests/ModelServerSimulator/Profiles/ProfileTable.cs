namespace ModelServerSimulator;

/// <summary>The kinds of servers that can be simulated, by name.</summary>
public static class ProfileTable
{
    private static readonly Dictionary<string, Func<Profile>> Makers = new()
    {
        ["llamacpp"] = () => new LlamaCpp(),
        ["llamacpp-router"] = () => new LlamaRouter(),
        ["lmstudio-0.4"] = () => new LmStudio(hasApiV1: true),
        ["lmstudio-0.3"] = () => new LmStudio(hasApiV1: false),
        ["mlx-0.28"] = () => new Mlx(MlxVersion.V0_28),
        ["mlx-0.31"] = () => new Mlx(MlxVersion.V0_31),
        ["mlx-0.32"] = () => new Mlx(MlxVersion.V0_32),
        ["mlx-0.32.2"] = () => new Mlx(MlxVersion.V0_32_2),
        ["ollama"] = () => new Ollama(),
        ["vllm"] = () => new Vllm(),
        ["openai"] = () => new OpenAi(),
    };

    public static IReadOnlyCollection<string> Names => Makers.Keys;

    internal static Profile Make(string name) => Makers.TryGetValue(name, out var make)
        ? make()
        : throw new ArgumentException($"There is no profile '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));
}
