namespace Assistant.Inference.Chat;

/// <summary>Detects a prompt that did not fit into the context although the server reported no error.</summary>
internal static class ContextOverflow
{
    // Share of the context above which an empty answer means that the prompt left no room for it (LM Studio with GGUF models,
    // docs/model-servers.md).
    private const double NearlyFull = 0.85;

    /// <summary>Whether an empty answer with a normal end follows from a full context. Both parameters are in tokens.</summary>
    public static bool IsSuspected(int promptTokens, int contextTokens) => promptTokens >= contextTokens * NearlyFull;
}
