namespace Assistant.Workspace.Status;

/// <summary>Something that the user should know about what was loaded.</summary>
/// <param name="Message">What is wrong, in a sentence for the user.</param>
/// <param name="Remedy">What a click can do about it; <see cref="Remedy.None"/> where the message says it all.</param>
/// <param name="Path">The project, solution or file that it is about.</param>
public sealed record LoadFinding(FindingKind Kind, string Message, Remedy Remedy, string? Path);

public enum FindingKind
{
    /// <summary>The workspace is not trusted, or <c>--no-project-code</c> was given: nothing in it was executed.</summary>
    NotTrusted,

    /// <summary>More than one solution could be meant, or the one that the settings name is missing.</summary>
    SeveralSolutions,

    /// <summary>There is no solution and no project in the folder.</summary>
    NoProject,

    /// <summary><c>dotnet</c> is missing, or the SDK that <c>global.json</c> asks for.</summary>
    NoSdk,

    /// <summary>The project was never restored (NETSDK1004).</summary>
    NotRestored,

    /// <summary>The project was restored with errors, or for other target frameworks than it has now.</summary>
    RestoreFailed,

    /// <summary>msbuild cannot read or evaluate the project or solution.</summary>
    BrokenProject,

    /// <summary>A project without an SDK, as .NET Framework had them.</summary>
    OldStyleProject,

    /// <summary>F#, Visual Basic and others.</summary>
    NotCSharp,

    /// <summary><c>.razor</c>, <c>.cshtml</c> and <c>.csx</c> files: their C# is not understood.</summary>
    UnsupportedFiles,

    /// <summary>A source generator does not load; what it would generate is missing.</summary>
    GeneratorNotLoaded,

    /// <summary>References that the compiler was told of are not on disk.</summary>
    MissingReferences,

    /// <summary>msbuild said an error that fits none of the others.</summary>
    BuildError,
}

/// <summary>What the client may offer as a button.</summary>
public enum Remedy
{
    None,
    Trust,
    InstallSdk,
    Restore,
    ChooseSolution,
}
