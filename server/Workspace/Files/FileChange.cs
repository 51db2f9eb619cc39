namespace Assistant.Workspace.Files;

/// <summary>A change on disk, as <c>workspace/didChangeWatchedFiles</c> or <see cref="FolderWatcher"/> tells it. What is there now is looked up.</summary>
public sealed record FileChange(string Path)
{
    /// <summary>What a client is asked to watch, as LSP glob patterns.</summary>
    public static IReadOnlyList<string> Globs { get; } =
    [
        "**/*.{cs,csx,csproj,props,targets,projitems,sln,slnx,slnf,editorconfig,globalconfig}",
        "**/{global.json,nuget.config,NuGet.config,NuGet.Config,project.assets.json,Directory.Build.rsp}",
    ];

    /// <summary>True if projects have to be read again: the file is one that they come from.</summary>
    internal bool IsProjectInput
    {
        get
        {
            var name = System.IO.Path.GetFileName(Path.AsSpan());
            return System.IO.Path.GetExtension(name) is ".csproj" or ".props" or ".targets" or ".projitems" or ".sln" or ".slnx" or ".slnf"
                // nuget.g.props and its like are written together with the assets file.
                ? !name.Contains(".nuget.g.", StringComparison.OrdinalIgnoreCase)
                : name is "global.json" or "project.assets.json" or "Directory.Build.rsp" || name.Equals("nuget.config", StringComparison.OrdinalIgnoreCase);
        }
    }
}
