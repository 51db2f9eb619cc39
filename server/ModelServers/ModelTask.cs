namespace Assistant.ModelServers;

/// <summary>A kind of work for a model. Each task has its preference list in the settings, under its name in camelCase.</summary>
public enum ModelTask
{
    /// <summary>Ghost text at the caret.</summary>
    Completion,

    /// <summary>The next edit, away from the caret.</summary>
    NextEdit,

    /// <summary>A question whose answer is code, or about this code.</summary>
    ChatCoding,

    /// <summary>Any other question.</summary>
    ChatGeneral,

    Explain,
    Test,
    Document,
    Review,
    CommitMessage,

    /// <summary>Texts are turned into vectors.</summary>
    Embed,
}
