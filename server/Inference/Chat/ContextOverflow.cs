namespace Assistant.Inference.Chat;

/// <summary>A prompt that did not fit although the server does not say so.</summary>
internal static class ContextOverflow
{
    // Nearer to the context than this an empty answer says that nothing was left for it (LM Studio with GGUF models,
    // docs/model-servers.md).
    private const double NearlyFull = 0.85;

    /// <summary>Empty content and a usual end, after a prompt that filled the context. Both in tokens.</summary>
    public static bool IsSuspected(int promptTokens, int contextTokens) => promptTokens >= contextTokens * NearlyFull;
}
