namespace Assistant.Workspace.Files;

/// <summary>
/// A path that has changed on disk, reported by <c>workspace/didChangeWatchedFiles</c> or <see cref="FolderWatcher"/>. The receiver
/// reads the disk to learn whether the file was created, changed or deleted.
/// </summary>
public sealed record FileChange(string Path)
{
    /// <summary>The LSP glob patterns of the files that the client is asked to watch.</summary>
    public static IReadOnlyList<string> Globs { get; } =
    [
        "**/*.{cs,csx,csproj,props,targets,projitems,sln,slnx,slnf,editorconfig,globalconfig}",
        "**/{global.json,nuget.config,NuGet.config,NuGet.Config,project.assets.json,Directory.Build.rsp}",
    ];

    /// <summary>True if projects must be loaded again: msbuild reads this file.</summary>
    internal bool IsProjectInput
    {
        get
        {
            var name = System.IO.Path.GetFileName(Path.AsSpan());
            return System.IO.Path.GetExtension(name) is ".csproj" or ".props" or ".targets" or ".projitems" or ".sln" or ".slnx" or ".slnf"
                // A restore writes nuget.g.props and similar files together with the assets file, which is enough.
                ? !name.Contains(".nuget.g.", StringComparison.OrdinalIgnoreCase)
                : name is "global.json" or "project.assets.json" or "Directory.Build.rsp"
                    || name.Equals("nuget.config", StringComparison.OrdinalIgnoreCase);
        }
    }
}
