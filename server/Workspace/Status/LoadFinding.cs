namespace Assistant.Workspace.Status;

/// <summary>A problem or limitation of a load that the user should know.</summary>
/// <param name="Message">A sentence for the user.</param>
/// <param name="Remedy">The action that a button can offer; <see cref="Remedy.None"/> if there is none.</param>
/// <param name="Path">The project, solution, file or folder concerned; null: the whole workspace.</param>
public sealed record LoadFinding(FindingKind Kind, string Message, Remedy Remedy, string? Path);

public enum FindingKind
{
    /// <summary>The workspace is not trusted, or <c>--no-project-code</c> was given: nothing in it was executed.</summary>
    NotTrusted,

    /// <summary>There are several solutions, or the one that the settings name is missing.</summary>
    SeveralSolutions,

    /// <summary>There is no solution and no project in the folder.</summary>
    NoProject,

    /// <summary><c>dotnet</c> is missing, or the SDK version in <c>global.json</c>.</summary>
    NoSdk,

    /// <summary>The project was never restored (NETSDK1004).</summary>
    NotRestored,

    /// <summary>The project was restored with errors, or for target frameworks other than its present ones.</summary>
    RestoreFailed,

    /// <summary>msbuild cannot read or evaluate the project or solution.</summary>
    BrokenProject,

    /// <summary>A project file that is not SDK-style.</summary>
    OldStyleProject,

    /// <summary>A project in F#, Visual Basic or another language.</summary>
    NotCSharp,

    /// <summary>The C# in <c>.razor</c>, <c>.cshtml</c> and <c>.csx</c> files is not analysed, or only in part.</summary>
    UnsupportedFiles,

    /// <summary>A source generator does not load, so its generated code is missing.</summary>
    GeneratorNotLoaded,

    /// <summary>References in the compiler's arguments do not exist on disk.</summary>
    MissingReferences,

    /// <summary>Any other error that msbuild reports.</summary>
    BuildError,
}

/// <summary>Actions that the client may offer as a button.</summary>
public enum Remedy
{
    None,
    Trust,
    InstallSdk,
    Restore,
    ChooseSolution,
}
