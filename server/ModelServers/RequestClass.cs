namespace Assistant.ModelServers;

/// <summary>The priority of a request that waits for a model, highest first. No class interrupts a running request.</summary>
public enum RequestClass
{
    /// <summary>Ghost text: one request at a time for each model, and only the newest waits.</summary>
    Completion,

    /// <summary>An edit that the user watches.</summary>
    Edit,

    Chat,

    /// <summary>A request that no user waits for: an index, a prompt that is read in advance.</summary>
    Background,
}
