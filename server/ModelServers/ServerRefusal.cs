namespace Assistant.ModelServers;

/// <summary>A server's refusal, read once from its own words by the dialects; no other code reads those words.</summary>
/// <param name="PromptTokens">The prompt as the server counted it, in tokens; null where it does not say.</param>
/// <param name="ContextTokens">The context that the model is loaded with, in tokens; null where the server does not say.</param>
public sealed record ServerRefusal(RefusalKind Kind, int? PromptTokens = null, int? ContextTokens = null);

public enum RefusalKind
{
    /// <summary>Nothing is known beyond the fault.</summary>
    Other,

    /// <summary>LM Studio has no such path: the base path is wrong, or its version is older than the path.</summary>
    UnknownEndpoint,

    /// <summary>llama-server's router: the model that it shall load is loaded or being loaded.</summary>
    AlreadyRunning,

    /// <summary>llama-server's router: the model that it shall unload is not loaded.</summary>
    NotRunning,

    /// <summary>The server cannot give tools to the model, or cannot read the call that the model wrote.</summary>
    ToolsFailed,
}
