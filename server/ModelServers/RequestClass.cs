namespace Assistant.ModelServers;

/// <summary>Who goes first among what waits for a model; what runs is interrupted by nobody.</summary>
public enum RequestClass
{
    /// <summary>Ghost text: one at a time for each model, and only the newest waits.</summary>
    Completion,

    /// <summary>An edit that somebody watches.</summary>
    Edit,

    Chat,

    /// <summary>Nobody waits for it: an index, a prompt that is read in advance.</summary>
    Background,
}
