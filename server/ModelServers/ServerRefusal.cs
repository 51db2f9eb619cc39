namespace Assistant.ModelServers;

/// <summary>A server's refusal, parsed once from its message by the dialects; no other code parses the message.</summary>
/// <param name="PromptTokens">The prompt's size as the server counted it, in tokens; null if the server does not report it.</param>
/// <param name="ContextTokens">The size of the loaded context, in tokens; null if the server does not report it.</param>
public sealed record ServerRefusal(RefusalKind Kind, int? PromptTokens = null, int? ContextTokens = null);

public enum RefusalKind
{
    /// <summary>The fault is all that is known.</summary>
    Other,

    /// <summary>LM Studio has no such path: the base path is wrong, or its version is older than the path.</summary>
    UnknownEndpoint,

    /// <summary>llama-server's router: a load names a model that is loaded or being loaded.</summary>
    AlreadyRunning,

    /// <summary>llama-server's router: an unload names a model that is not loaded.</summary>
    NotRunning,

    /// <summary>The server cannot give tools to the model, or cannot parse the model's call.</summary>
    ToolsFailed,
}
