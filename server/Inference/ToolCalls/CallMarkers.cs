namespace Assistant.Inference.ToolCalls;

/// <summary>The markers that models put around calls; what stands in between is read by <see cref="WrittenCall"/>.</summary>
internal static class CallMarkers
{
    public static readonly (string Open, string Close)[] Pairs =
    [
        ("<tool_call>", "</tool_call>"),
        ("<|tool_call_start|>", "<|tool_call_end|>"),
        ("<|tool_call>", "<tool_call|>"),
        ("<function_call>", "</function_call>"),
        ("[TOOL_REQUEST]", "[END_TOOL_REQUEST]"),
        ("<function=", "</function>"),
        ("<invoke name=", "</invoke>"),
    ];

    /// <summary>What stands around marked calls and says nothing itself.</summary>
    public static readonly string[] Wrappings =
        ["</tool_call>", "<minimax:tool_call>", "</minimax:tool_call>", "<|python_tag|>", "</function>", "[END_TOOL_REQUEST]"];
}
