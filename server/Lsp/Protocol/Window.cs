namespace Assistant.Lsp.Protocol;

public enum MessageType
{
    Error = 1,
    Warning = 2,
    Info = 3,
    Log = 4,
    Debug = 5,
}

public sealed record ShowMessageParams(MessageType Type, string Message);

public sealed record LogMessageParams(MessageType Type, string Message);

public sealed record ShowMessageRequestParams(MessageType Type, string Message, IReadOnlyList<MessageActionItem>? Actions = null);

/// <summary>A button.</summary>
public sealed record MessageActionItem(string Title);
