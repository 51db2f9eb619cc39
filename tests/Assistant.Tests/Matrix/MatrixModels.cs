using Assistant.Tests.Models;
using ModelServerSimulator;

namespace Assistant.Tests.Matrix;

/// <summary>
/// The models of a server of each kind: one for code and chat and, on servers that allow it, one for vectors.
/// </summary>
/// <param name="Named">The model that the user names for this call.</param>
internal sealed record MatrixModels(SimulatorOptions Options, string Named)
{
    /// <param name="unloaded">The models are on the disk, but not loaded.</param>
    /// <param name="withoutTools">The model for chat cannot call tools natively.</param>
    public static MatrixModels Of(string profile, Call call, bool unloaded, bool withoutTools)
    {
        var coder = new SimulatedModel(profile switch
        {
            "openai" => "gpt-5-mini",
            "ollama" => withoutTools ? "qwen2.5-coder:7b" : "qwen3-coder:30b",
            "vllm" when withoutTools => "Qwen/Qwen2.5-Coder-7B-Instruct",
            _ when withoutTools && Profiles.Mlx.Contains(profile) => "mlx-community/Qwen2.5-Coder-7B-Instruct-4bit",
            _ when withoutTools => "qwen2.5-coder-7b-instruct",
            "vllm" => "Qwen/Qwen3-Coder-30B-A3B-Instruct",
            _ when Profiles.Mlx.Contains(profile) => "mlx-community/Qwen3-Coder-30B-A3B-Instruct-4bit",
            _ => "qwen3-coder-30b",
        }, profile == "openai" ? "none" : null) { ContextTokens = 16384, Loaded = !unloaded, Tools = !withoutTools };
        var vectors = new SimulatedModel(profile switch
        {
            "openai" => "text-embedding-3-small",
            "ollama" => "nomic-embed-text:latest",
            _ => "text-embedding-nomic-embed-text-v1.5",
        }) { ContextTokens = 2048, Loaded = !unloaded };
        SimulatedModel[] models = profile switch
        {
            "llamacpp" => [call == Call.Embeddings ? vectors : coder],
            _ when !Profiles.Mlx.Contains(profile) => [coder, vectors],
            _ when unloaded => [new SimulatedModel("mlx-community/Qwen3-4B-4bit"), coder],
            _ => [coder],
        };
        return new MatrixModels(
            Served.Options(profile) with { Models = models, MaxLoaded = 2 }, call == Call.Embeddings ? vectors.Id : coder.Id);
    }
}
