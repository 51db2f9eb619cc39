namespace Assistant.Inference.ToolCalls;

/// <summary>How tools reach a model, and how its calls come back.</summary>
public enum ToolCallMode
{
    /// <summary>It cannot call any: it gets none.</summary>
    None,

    /// <summary>With the request, as OpenAI has it. Calls that come as text all the same are recognised.</summary>
    Native,

    /// <summary>The server holds the answer to a JSON schema: a call of one of the tools, or an answer.</summary>
    Schema,

    /// <summary>A text describes the tools; calls are recognised in the answer.</summary>
    Prompt,
}
