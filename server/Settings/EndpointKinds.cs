namespace Assistant.Settings;

/// <summary>Parses the names of endpoint kinds; letter case, dashes and underscores are ignored.</summary>
public static class EndpointKinds
{
    private static readonly Dictionary<string, EndpointKind> Names = new()
    {
        ["auto"] = EndpointKind.Auto,
        ["lmstudio"] = EndpointKind.LmStudio,
        ["mlx"] = EndpointKind.Mlx,
        ["mlxlm"] = EndpointKind.Mlx,
        ["llamacpp"] = EndpointKind.LlamaCpp,
        ["llamaserver"] = EndpointKind.LlamaCpp,
        ["ollama"] = EndpointKind.Ollama,
        ["vllm"] = EndpointKind.Vllm,
        ["openai"] = EndpointKind.OpenAi,
        ["openaicompatible"] = EndpointKind.OpenAi,
    };

    public const string Allowed = "auto, lmstudio, mlx, llamacpp, ollama, vllm, openai";

    /// <summary>False, and <see cref="EndpointKind.Auto"/>, for an unknown name.</summary>
    public static bool TryParse(string name, out EndpointKind kind) =>
        Names.TryGetValue(new string([.. name.Where(char.IsLetterOrDigit)]).ToLowerInvariant(), out kind);
}
