namespace Assistant.Workspace.Status;

/// <summary>How much of the code is loaded. Each level includes the ones before it.</summary>
public enum LoadLevel
{
    /// <summary>Open documents, each on its own.</summary>
    Syntax,

    /// <summary>All C# files of a folder, bound against the framework's references; no code of the workspace was executed.</summary>
    Framework,

    /// <summary>The projects, with the compiler arguments of the build.</summary>
    Projects,
}
