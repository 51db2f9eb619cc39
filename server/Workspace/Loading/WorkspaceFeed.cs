using System.Threading.Channels;
using Assistant.Basics;
using Assistant.Workspace.Files;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;

namespace Assistant.Workspace.Loading;

/// <summary>
/// Keeps a loaded workspace up to date with the disk. It works outside of the server's loop and publishes finished values to it: one load
/// per request, a new load when an input of the projects changes, one new solution per batch of other changes.
/// </summary>
/// <param name="publish">Puts a value into the server's state; called one at a time, in order.</param>
public sealed class WorkspaceFeed(
    WorkspaceLoader loader,
    Func<LoadedWorkspace, CancellationToken, ValueTask> publish,
    IProgress<LoadProgress> progress,
    TimeProvider clock,
    ILogger logger)
{
    /// <summary>A batch ends when no change was reported for this time, and at the latest after ten times as long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private readonly HashSet<string> changed = new(PathRules.Current.Comparer);
    private LoadRequest? next;
    private CancellationTokenSource? running;
    private TaskCompletionSource settled = NewSignal();

    /// <summary>Completes when all requests and changes so far have taken effect; not before the first request.</summary>
    public Task Settled
    {
        get
        {
            lock (gate)
            {
                return settled.Task;
            }
        }
    }

    /// <summary>
    /// Starts a load and cancels the running one: at the start, when folders or trust change, when a solution was chosen.
    /// </summary>
    public void Request(LoadRequest request)
    {
        lock (gate)
        {
            next = request;
            GiveUp();
            Unsettle();
        }
        signal.Writer.TryWrite(true);
    }

    /// <summary>Cancels the running load; the workspace stays as it was loaded before.</summary>
    public void GiveUp()
    {
        lock (gate)
        {
            // CancelAsync runs continuations on another thread: they must not run under this gate.
            _ = running?.CancelAsync();
        }
    }

    /// <summary>Reports changes; a path that is reported twice counts once.</summary>
    public void Changed(IEnumerable<FileChange> changes)
    {
        lock (gate)
        {
            changed.UnionWith(changes.Select(change => change.Path));
            Unsettle();
        }
        signal.Writer.TryWrite(true);
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        var current = LoadedWorkspace.Nothing;
        LoadRequest? request = null;
        while (true)
        {
            await signal.Reader.ReadAsync(token);
            using var load = Begin(token, out var wanted);
            try
            {
                if (wanted is not null)
                {
                    // A lower level may replace a higher one when trust is withdrawn or the folders are others.
                    var mayGoDown = request is null || !wanted.Trusted || !request.Folders.SequenceEqual(wanted.Folders);
                    request = wanted;
                    current = await LoadAsync(request, current, mayGoDown, token, load.Token);
                }
                if (request is not null && await TakeBatchAsync(load.Token) is { Count: > 0 } batch)
                {
                    current = await ApplyAsync(request, current, batch, token, load.Token);
                }
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                // The user cancelled the load, or a newer request did, whose signal is in the channel.
                logger.LogDebug("A load was cancelled");
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A bug, or a disk that fails: the loaded workspace stays, and the next request or change tries again.
                Never.Happens(logger, "a workspace could not be loaded or brought up to date", exception);
            }
            finally
            {
                bool ended;
                lock (gate)
                {
                    running = null;
                    ended = request is not null && next is null && changed.Count == 0;
                    if (ended)
                    {
                        // Under the gate: a later request must not be settled by the end of this one.
                        settled.TrySetResult();
                    }
                }
                if (ended)
                {
                    progress.Report(LoadProgress.End);
                }
                else if (request is not null)
                {
                    // A batch whose processing was cancelled has lost its signal.
                    signal.Writer.TryWrite(true);
                }
            }
        }
    }

    private void Unsettle()
    {
        if (settled.Task.IsCompleted)
        {
            settled = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CancellationTokenSource Begin(CancellationToken token, out LoadRequest? wanted)
    {
        lock (gate)
        {
            (wanted, next) = (next, null);
            return running = CancellationTokenSource.CreateLinkedTokenSource(token);
        }
    }

    private async Task<List<FileChange>> TakeBatchAsync(CancellationToken token)
    {
        for (var (waited, known) = (0, -1); waited < 10; waited++)
        {
            lock (gate)
            {
                if (changed.Count == known || changed.Count == 0)
                {
                    break;
                }
                known = changed.Count;
            }
            await Task.Delay(Quiet, clock, token);
        }
        lock (gate)
        {
            var batch = changed.Select(path => new FileChange(path)).ToList();
            changed.Clear();
            return batch;
        }
    }

    private async Task<LoadedWorkspace> ApplyAsync(
        LoadRequest request, LoadedWorkspace current, List<FileChange> batch, CancellationToken token, CancellationToken load)
    {
        if (request.Trusted && batch.Exists(change => change.IsProjectInput))
        {
            try
            {
                current = await LoadAsync(request, current, mayGoDown: false, token, load);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                logger.LogDebug("A load was cancelled; its changed files are applied nevertheless");
            }
        }
        var edits = FileEdits.Of(current, batch, token);
        if (!edits.IsEmpty)
        {
            current = current.With(edits);
            await publish(current, token);
        }
        return current;
    }

    /// <param name="mayGoDown">False: lower levels are not published, and nothing is published if the projects are unchanged.</param>
    private async Task<LoadedWorkspace> LoadAsync(
        LoadRequest request, LoadedWorkspace current, bool mayGoDown, CancellationToken token, CancellationToken load)
    {
        LoadedWorkspace? held = null;
        await foreach (var loaded in loader.LoadAsync(request, progress, load))
        {
            held = loaded;
            if (!mayGoDown && (loaded.Level < current.Level || (loaded.BuildKey is not null && loaded.BuildKey == current.BuildKey)))
            {
                continue;
            }
            current = loaded;
            held = null;
            await publish(current, token);
        }
        // The projects can no longer be loaded, so the lower level is published.
        if (held is not null && held.Level < current.Level)
        {
            current = held;
            await publish(current, token);
        }
        return current;
    }
}
