namespace Assistant.Inference.ToolCalls;

/// <summary>The markers that models put around calls; <see cref="WrittenCall"/> parses the text between them.</summary>
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

    /// <summary>Markers around marked calls that carry no meaning of their own.</summary>
    public static readonly string[] Wrappings =
        ["</tool_call>", "<minimax:tool_call>", "</minimax:tool_call>", "<|python_tag|>", "</function>", "[END_TOOL_REQUEST]"];
}
