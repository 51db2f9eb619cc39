using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>Connects the workspace feed with the session: loaded workspaces go into the loop, the progress to the client's bar.</summary>
internal sealed partial class WorkspaceLoading : IAsyncDisposable
{
    private readonly SessionServices services;
    private readonly FindingMessages messages;
    private readonly LoadingBar bar;
    private readonly WorkspaceFeed feed;
    private readonly ILogger logger;
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private FolderWatcher? watcher;
    private Task running = Task.CompletedTask;

    public WorkspaceLoading(SessionServices services)
    {
        this.services = services;
        logger = services.Loggers.CreateLogger<WorkspaceLoading>();
        messages = new FindingMessages(services, () => Reload("a remedy was applied"), closing.Token);
        bar = new LoadingBar(services.Server.Client, cancelled: GiveUp);
        feed = new WorkspaceFeed(services.Loader, PublishAsync, bar, services.Clock, services.Loggers.CreateLogger<WorkspaceFeed>());
    }

    /// <summary>Completes when everything that was requested by now is loaded, and its text is in the index of Patterns.</summary>
    public async Task SettledAsync(CancellationToken token)
    {
        // Messages before this one reach the feeds as effects.
        await services.Server.Loop.EffectsRan.WaitAsync(token);
        await feed.Settled.WaitAsync(token);
        await services.PatternFeed.Idle.WaitAsync(token);
    }

    public void Start() => running = Task.Run(RunAsync);

    /// <summary>The effect of a mutation: loads again where another folder, solution or trust asks for it. Does not wait.</summary>
    public void Update(SessionState before, SessionState after)
    {
        if (before.FileReport != after.FileReport)
        {
            FilesChanged(after.FileReport);
        }
        if (after.Phase < SessionPhase.MayLoad)
        {
            return;
        }
        if (before.Phase < SessionPhase.MayLoad)
        {
            Reload("the session began");
        }
        else if (!before.Workspace.Folders.SequenceEqual(after.Workspace.Folders))
        {
            FoldersChanged([.. before.Workspace.Folders.Except(after.Workspace.Folders)]);
        }
        else if (before.Settings.Workspace.Solution != after.Settings.Workspace.Solution)
        {
            Reload("another solution was named");
        }
        else if (before.MayRunProjectCode != after.MayRunProjectCode)
        {
            Reload(after.MayRunProjectCode ? "its code may run now" : "its code may not run any more");
        }
    }

    /// <summary>Loads again; does not wait.</summary>
    private void Reload(string why)
    {
        LogReload(why);
        var folders = services.Server.Loop.Current.Workspace.Folders;
        // Before the load: SettledAsync waits for the load first, then for the patterns.
        services.PatternFeed.PostFiles(() => NotOpen(folders.SelectMany(SourceFiles.In)));
        Request(LoadLevel.Projects);
    }

    /// <summary>Loads again; the files of folders that are gone leave the index of Patterns.</summary>
    private void FoldersChanged(IReadOnlyCollection<string> gone)
    {
        services.PatternFeed.RemoveFiles(() => gone.SelectMany(SourceFiles.In));
        Reload("the workspace folders have changed");
        lock (gate)
        {
            if (watcher is not null)
            {
                Watch();
            }
        }
    }

    /// <summary>Watches the folders, for clients that cannot.</summary>
    public void Watch()
    {
        lock (gate)
        {
            watcher?.Dispose();
            watcher = new FolderWatcher(services.Server.Loop.Current.Workspace.Folders, FilesChanged);
        }
    }

    /// <summary>Files on disk have changed; does not wait.</summary>
    private void FilesChanged(IEnumerable<FileChange> changes)
    {
        var all = changes.ToArray();
        var sources = all.Select(change => change.Path).Where(path => path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase));
        services.PatternFeed.PostFiles(NotOpen(sources));
        feed.Changed(all);
    }

    /// <summary>The user cancelled the load: loaded projects stay; without any, the load ends at the framework's types.</summary>
    private void GiveUp()
    {
        if (services.Server.Loop.Current.Workspace.Level == LoadLevel.Projects)
        {
            feed.GiveUp();
        }
        else
        {
            Request(LoadLevel.Framework);
        }
    }

    public async ValueTask DisposeAsync()
    {
        watcher?.Dispose();
        await closing.CancelAsync();
        await running;
        await messages.Restoring;
        closing.Dispose();
    }

    // The editor owns the text of open documents.
    private IEnumerable<string> NotOpen(IEnumerable<string> paths)
    {
        var open = services.Server.Loop.Current.Workspace.Documents;
        return paths.Where(path => open.Find(DocumentUri.FromPath(path)) is null);
    }

    private void Request(LoadLevel highest)
    {
        var state = services.Server.Loop.Current;
        feed.Request(new LoadRequest(
            state.Workspace.Folders,
            state.MayRunProjectCode,
            () => [.. services.Server.Loop.Current.Workspace.Documents.All.Select(document => document.Path).OfType<string>()],
            MayAsk: true,
            highest,
            state.Settings.Workspace.Solution));
    }

    private async Task RunAsync()
    {
        try
        {
            await feed.RunAsync(closing.Token);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The session ends.
        }
        catch (Exception bug)
        {
            // Typing goes on at the level that loading has reached.
            Basics.Never.Happens(logger, "the workspace feed failed", bug);
        }
    }

    private async ValueTask PublishAsync(LoadedWorkspace loaded, CancellationToken token)
    {
        await services.Server.Loop.MutateAsync(state => state.With(state.Workspace.With(loaded)));
        LogLoaded(loaded.Level, loaded.Projects.Length, loaded.Projects.Count(project => project.Degraded));
        messages.Report(loaded, services.Server.Loop.Current.MayRunProjectCode);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loading the workspace: {Why}.")]
    private partial void LogReload(string why);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The workspace is loaded to the level {Level}: {Projects} projects, {Degraded} of them degraded.")]
    private partial void LogLoaded(LoadLevel level, int projects, int degraded);
}
