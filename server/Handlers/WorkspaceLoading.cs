using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>Connects the workspace feed with the session: what it loads goes into the loop, its progress to the client's bar.</summary>
internal sealed partial class WorkspaceLoading : IAsyncDisposable
{
    private readonly SessionServices services;
    private readonly FindingMessages messages;
    private readonly LoadingBar bar;
    private readonly WorkspaceFeed feed;
    private readonly ILogger logger;
    private readonly CancellationTokenSource closing = new();
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

    /// <summary>Completes when what was asked for by now is loaded, and its text is in the index of Patterns.</summary>
    public async Task SettledAsync(CancellationToken token)
    {
        await feed.Settled.WaitAsync(token);
        await services.PatternFeed.Idle.WaitAsync(token);
    }

    public void Start() => running = Task.Run(RunAsync);

    /// <summary>Loads anew; does not wait.</summary>
    public void Reload(string why)
    {
        LogReload(why);
        var folders = services.Server.Loop.Current.Workspace.Folders;
        // First: who waits until all is settled waits for the load, then for the patterns.
        services.PatternFeed.PostFiles(() => NotOpen(folders.SelectMany(SourceFiles.In)));
        Request(LoadLevel.Projects);
    }

    /// <summary>Loads anew; what was read in folders that are gone is no pattern any more.</summary>
    public void FoldersChanged(IReadOnlyCollection<string> gone)
    {
        services.PatternFeed.RemoveFiles(() => gone.SelectMany(SourceFiles.In));
        if (watcher is not null)
        {
            Watch();
        }
        Reload("the workspace folders have changed");
    }

    /// <summary>Watches the folders itself, for clients that cannot.</summary>
    public void Watch()
    {
        watcher?.Dispose();
        watcher = new FolderWatcher(services.Server.Loop.Current.Workspace.Folders, FilesChanged);
    }

    /// <summary>Files on disk have changed; does not wait.</summary>
    public void FilesChanged(IEnumerable<FileChange> changes)
    {
        var all = changes.ToArray();
        services.PatternFeed.PostFiles(NotOpen(all.Select(change => change.Path).Where(path => path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase))));
        feed.Changed(all);
    }

    /// <summary>The user does not want to wait: projects that are loaded stay, else the work goes on with the framework's types.</summary>
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

    // The editor owns the text of what is open.
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
            // Typing goes on at the level that was reached.
            Basics.Never.Happens(logger, "keeping up with the workspace failed", bug);
        }
    }

    private async ValueTask PublishAsync(LoadedWorkspace loaded, CancellationToken token)
    {
        await services.Server.Loop.MutateAsync(state => state.With(state.Workspace.With(loaded)));
        LogLoaded(loaded.Level, loaded.Projects.Length, loaded.Projects.Count(project => project.Degraded));
        messages.Tell(loaded, services.Server.Loop.Current.MayRunProjectCode);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loading the workspace: {Why}.")]
    private partial void LogReload(string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The workspace stands on the level {Level}: {Projects} projects, {Degraded} of them degraded.")]
    private partial void LogLoaded(LoadLevel level, int projects, int degraded);
}
