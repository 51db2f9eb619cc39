namespace Assistant.Inference.ToolCalls;

/// <summary>The form in which tools reach a model and its calls come back.</summary>
public enum ToolCallMode
{
    /// <summary>The model cannot call tools and gets none.</summary>
    None,

    /// <summary>The request carries the tools, as in OpenAI's API. Calls in the answer's text are recognised too.</summary>
    Native,

    /// <summary>The server constrains the answer to a JSON schema: a call of one of the tools, or an answer.</summary>
    Schema,

    /// <summary>The system text describes the tools; calls are recognised in the answer's text.</summary>
    Prompt,
}
