using System.Threading.Channels;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>
/// Reads the user's and the workspace's <c>assistant.json</c> anew when they change. The user's lies where no client watches, so both are
/// watched here too; a client's word (<see cref="Look"/>) counts as well.
/// </summary>
internal sealed partial class SettingsFileWatch : IAsyncDisposable
{
    /// <summary>An editor empties a file before it writes it, or puts another in its place: what lies between is not read.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(100);

    private readonly SessionServices services;
    private readonly ILogger logger;
    private readonly Channel<bool> looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly List<FileSystemWatcher> watchers = [];
    private readonly Task reading;

    public SettingsFileWatch(SessionServices services)
    {
        this.services = services;
        logger = services.Loggers.CreateLogger<SettingsFileWatch>();
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Watches where the files of this session lie; what changed before is looked for at once.</summary>
    public void Watch(SessionState state)
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
        Look();
    }

    /// <summary>The files may have changed; does not wait.</summary>
    public void Look() => looks.Writer.TryWrite(true);

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

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var _ in looks.Reader.ReadAllAsync(closing.Token))
            {
                await Task.Delay(Settles, services.Clock, closing.Token);
                var state = services.Server.Loop.Current;
                var sources = state.Sources;
                var user = sources.UserFile is { } path ? SettingsFiles.Read(path, SettingsOrigin.UserFile(path), sources.User) : sources.User;
                var workspace = state.Workspace.Folders is [var folder, ..] ? SettingsFiles.ReadWorkspace(folder, sources.Workspace) : null;
                await services.Server.Loop.MutateAsync(now =>
                    SettingsDocument.Same(now.Sources.User, user) && SettingsDocument.Same(now.Sources.Workspace, workspace)
                        ? now
                        : now.With(now.Sources with { User = user, Workspace = workspace }));
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The session ends.
        }
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

    /// <summary>Where the folder is not there yet, the one above it is watched until it is.</summary>
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
            var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size };
            void Changed(string? changed)
            {
                if (changed != name)
                {
                    return;
                }
                if (isFile)
                {
                    Look();
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
            watcher.Error += (_, _) => Look();
            watcher.EnableRaisingEvents = true;
            watchers.Add(watcher);
            // Made between the look at it and now: nobody would tell.
            if (!isFile && Directory.Exists(Path.Combine(folder, name)))
            {
                TryWatch(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No watches left on this machine, or the folder is gone: the client's word and a restart remain.
            LogUnwatched(path, error.Message);
        }
    }

    private void Unwatch()
    {
        watchers.ForEach(watcher => watcher.Dispose());
        watchers.Clear();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be watched ({Why}); its changes take effect when the editor tells of them, or at a restart.")]
    private partial void LogUnwatched(string path, string why);
}
