using System.Threading.Channels;
using Assistant.Basics;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>
/// Reads the user's and the workspace's <c>assistant.json</c> again when they change, and puts them into the state. Clients do not watch
/// the user's file, so both are watched here; a client's report counts as well (<see cref="CheckForChanges"/>).
/// </summary>
internal sealed partial class SettingsFileWatch : IAsyncDisposable
{
    /// <summary>An editor empties a file before it writes it, or replaces it. The file is read after this pause, not in between.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(100);

    private readonly SessionServices services;
    private readonly ILogger logger;
    private readonly Channel<bool> checks =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly List<FileSystemWatcher> watchers = [];
    private readonly Task reading;

    public SettingsFileWatch(SessionServices services)
    {
        this.services = services;
        logger = services.Loggers.CreateLogger<SettingsFileWatch>();
        reading = Task.Run(ReadOnChangesAsync);
    }

    /// <summary>The effect of a mutation: watches the files of other folders, and reads a file that the client reports.</summary>
    public void Update(SessionState before, SessionState after)
    {
        if (after.Phase == SessionPhase.Starting)
        {
            return;
        }
        if (before.Phase == SessionPhase.Starting || !before.Workspace.Folders.SequenceEqual(after.Workspace.Folders))
        {
            Watch(after);
        }
        if (before.FileReport != after.FileReport
            && after.FileReport.Any(change => Path.GetFileName(change.Path) == SettingsSources.FileName))
        {
            CheckForChanges();
        }
    }

    /// <summary>Watches the files of this session, and checks them for changes from before.</summary>
    private void Watch(SessionState state)
    {
        lock (gate)
        {
            Unwatch();
            if (closing.IsCancellationRequested)
            {
                return;
            }
            foreach (var path in Paths(state))
            {
                TryWatch(path);
            }
        }
        CheckForChanges();
    }

    /// <summary>Reads the files soon, because they may have changed; does not wait.</summary>
    private void CheckForChanges() => checks.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        lock (gate)
        {
            Unwatch();
        }
        await reading;
        closing.Dispose();
    }

    private async Task ReadOnChangesAsync()
    {
        try
        {
            await foreach (var _ in checks.Reader.ReadAllAsync(closing.Token))
            {
                await Task.Delay(Settles, services.Clock, closing.Token);
                await ReadAsync(services.Server.Loop.Current);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The session ends.
        }
    }

    private async Task ReadAsync(SessionState state)
    {
        SettingsDocument? user, workspace;
        var folder = state.Workspace.Folders.FirstOrDefault();
        try
        {
            user = state.Sources.UserFile is { } path
                ? SettingsFiles.Read(path, SettingsOrigin.UserFile(path), state.Sources.User)
                : state.Sources.User;
            workspace = folder is null ? null : SettingsFiles.ReadWorkspace(folder, state.Sources.Workspace);
        }
        catch (Exception exception)
        {
            // Failures of the disk are problems in the document. After any other the settings stay, and the next change is another try.
            Never.Happens(logger, "the settings files could not be read", exception);
            return;
        }
        await services.Server.Loop.MutateAsync(now =>
        {
            // The first folder may be another one by now; then its file is read next.
            var next = now.Sources with { User = user };
            next = now.Workspace.Folders.FirstOrDefault() == folder ? next with { Workspace = workspace } : next;
            return SettingsDocument.Same(now.Sources.User, next.User) && SettingsDocument.Same(now.Sources.Workspace, next.Workspace)
                ? now
                : now.With(next);
        });
    }

    private static IEnumerable<string> Paths(SessionState state)
    {
        if (state.Sources.UserFile is { } user)
        {
            yield return user;
        }
        if (state.Workspace.Folders is [var folder, ..])
        {
            yield return Path.Combine(folder, SettingsSources.FileName);
        }
    }

    /// <summary>Watches the file. Where its folder does not exist yet, watches for the nearest part of the path that is missing.</summary>
    private void TryWatch(string path)
    {
        var folder = Path.GetDirectoryName(path);
        var name = Path.GetFileName(path);
        while (folder is not null && !Directory.Exists(folder))
        {
            (name, folder) = (Path.GetFileName(folder), Path.GetDirectoryName(folder));
        }
        if (folder is null)
        {
            return;
        }
        var isFile = folder == Path.GetDirectoryName(path);
        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            void Changed(string? changed)
            {
                if (changed != name)
                {
                    return;
                }
                if (isFile)
                {
                    CheckForChanges();
                }
                else
                {
                    Watch(services.Server.Loop.Current);
                }
            }
            watcher.Created += (_, e) => Changed(e.Name);
            watcher.Changed += (_, e) => Changed(e.Name);
            watcher.Deleted += (_, e) => Changed(e.Name);
            watcher.Renamed += (_, e) =>
            {
                Changed(e.OldName);
                Changed(e.Name);
            };
            watcher.Error += (_, _) => CheckForChanges();
            watcher.EnableRaisingEvents = true;
            watchers.Add(watcher);
            // The folder was made before the watcher was: no event announces it.
            if (!isFile && Directory.Exists(Path.Combine(folder, name)))
            {
                TryWatch(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The machine has no watches left, or the folder is gone. Changes that the client reports still count.
            LogUnwatched(path, error.Message);
        }
    }

    private void Unwatch()
    {
        watchers.ForEach(watcher => watcher.Dispose());
        watchers.Clear();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Path} cannot be watched ({Why}); its changes take effect when the editor reports them, or at a restart.")]
    private partial void LogUnwatched(string path, string why);
}
