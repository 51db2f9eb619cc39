namespace Assistant.Inference.Clients;

/// <summary>Names in the AdditionalProperties of requests and replies between this layer and the one above.</summary>
internal static class WireOptions
{
    /// <summary>
    /// Request, <c>bool</c>: one whole reply instead of a stream, for a check of the server. All other requests stream: mlx never notices
    /// that the client of a whole reply has closed the connection.
    /// </summary>
    public const string Whole = "whole";

    /// <summary>Request, <c>int</c>: the llama-server slot whose cache holds the conversation.</summary>
    public const string Slot = "slot";

    /// <summary>Request, <see cref="Assistant.Inference.ToolCalls.ToolCallMode"/>: forces the mode.</summary>
    public const string ToolCallMode = "toolCallMode";

    /// <summary>Reply, <c>double</c>: tokens of the answer per second, as reported by the server or as measured.</summary>
    public const string TokensPerSecond = "tokensPerSecond";
}
