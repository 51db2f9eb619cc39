namespace Assistant.Workspace.Status;

/// <summary>How much is known of the code. Each level holds what the one before it holds.</summary>
public enum LoadLevel
{
    /// <summary>Open documents, each for itself.</summary>
    Syntax,

    /// <summary>All C# files of a folder against the framework's reference assemblies; nothing of the workspace was executed.</summary>
    Framework,

    /// <summary>The projects as the build sees them.</summary>
    Projects,
}
