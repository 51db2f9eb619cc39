namespace Assistant.Workspace.Files;

/// <summary>
/// Watches the workspace folders if the client cannot. It reports single changes from any thread; <c>WorkspaceFeed</c> batches them.
/// </summary>
public sealed class FolderWatcher : IDisposable
{
    private readonly List<FileSystemWatcher> watchers = [];
    private readonly Action<IEnumerable<FileChange>> changed;

    public FolderWatcher(IEnumerable<string> folders, Action<IEnumerable<FileChange>> changed)
    {
        this.changed = changed;
        foreach (var folder in folders.Where(Directory.Exists))
        {
            var watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                InternalBufferSize = 64 * 1024,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite,
            };
            watcher.Created += (_, e) => Report(folder, e.FullPath);
            watcher.Changed += (_, e) => Report(folder, e.FullPath);
            watcher.Deleted += (_, e) => Report(folder, e.FullPath);
            watcher.Renamed += (_, e) =>
            {
                Report(folder, e.OldFullPath);
                Report(folder, e.FullPath);
            };
            // The buffer has overflowed and events are lost: the whole folder is reported as changed.
            watcher.Error += (_, _) => changed([new(folder)]);
            watcher.EnableRaisingEvents = true;
            watchers.Add(watcher);
        }
    }

    public void Dispose() => watchers.ForEach(watcher => watcher.Dispose());

    private void Report(string folder, string path)
    {
        var change = new FileChange(path);
        if (path.EndsWith("project.assets.json", StringComparison.Ordinal)
            || ((change.IsProjectInput
                    || !Path.HasExtension(path)
                    || Path.GetExtension(path) is ".cs" or ".csx" or ".editorconfig" or ".globalconfig")
                && SourceFiles.MayHoldSource(folder, path)))
        {
            changed([change]);
        }
    }
}
