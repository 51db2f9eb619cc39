namespace Assistant.Inference.Clients;

/// <summary>Names in the AdditionalProperties of requests and replies, beyond what the standard seams have.</summary>
internal static class WireOptions
{
    /// <summary>Request, <c>bool</c>: one whole reply instead of a stream (a check of the server). Else all is streamed: mlx never notices that a client of a whole reply has gone.</summary>
    public const string Whole = "whole";

    /// <summary>Request, <c>int</c>: the slot of a llama-server that has read the conversation.</summary>
    public const string Slot = "slot";

    /// <summary>Request, <see cref="Assistant.Inference.ToolCalls.ToolCallMode"/>: this mode and no other.</summary>
    public const string ToolCallMode = "toolCallMode";

    /// <summary>Reply, <c>double</c>: tokens of the answer per second, as the server says or as measured.</summary>
    public const string TokensPerSecond = "tokensPerSecond";
}
