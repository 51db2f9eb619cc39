using System.Threading.Channels;
using Assistant.Basics;
using Assistant.Workspace.Files;
using Assistant.Workspace.Status;
using Microsoft.Extensions.Logging;

namespace Assistant.Workspace.Loading;

/// <summary>
/// Keeps a loaded workspace up with what is on disk. Works beside the server's loop and hands it finished values: a load per request, a
/// new load when a file changes that projects come from, one new solution per batch of other changes.
/// </summary>
/// <param name="publish">Puts a value into the server's state; called one at a time, in order.</param>
public sealed class WorkspaceFeed(
    WorkspaceLoader loader, Func<LoadedWorkspace, CancellationToken, ValueTask> publish, IProgress<LoadProgress> progress, TimeProvider clock, ILogger logger)
{
    /// <summary>A batch ends when nothing was reported for this long, and at the latest after ten times that.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private readonly HashSet<string> changed = new(PathRules.Current.Comparer);
    private LoadRequest? next;
    private CancellationTokenSource? running;
    private TaskCompletionSource settled = NewSignal();

    /// <summary>Completes when what was asked for or reported by now has taken effect; not before the first request.</summary>
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

    /// <summary>Loads anew: at the start, when folders or trust change, when a solution was chosen. A load that is under way is given up.</summary>
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

    /// <summary>Gives up the load that is under way; what was loaded before stays.</summary>
    public void GiveUp()
    {
        lock (gate)
        {
            // What ends by it goes on elsewhere: not here, under the gate, on the thread of who asked.
            _ = running?.CancelAsync();
        }
    }

    /// <summary>Any number of changes; a path that is reported twice counts once.</summary>
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
                    // What was trusted may not be any more, and other folders hold other projects: these start from the bottom.
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
                // The user gave it up, or a newer request has taken its place, whose signal is in the channel.
                logger.LogDebug("A load was given up");
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A fault of ours, or a disk that fails: what is loaded stays, and the next request or change is another try.
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
                        // Under the gate: a request that comes a moment later is not settled by the end of this one.
                        settled.TrySetResult();
                    }
                }
                if (ended)
                {
                    progress.Report(LoadProgress.End);
                }
                else if (request is not null)
                {
                    // A batch that was given up before it was taken has no signal of its own any more.
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
                logger.LogDebug("A load was given up; the files that have changed count all the same");
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

    /// <param name="mayGoDown">False: lower levels on the way are not published, and nothing is if the projects are as they were.</param>
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
        // The projects can no longer be loaded, so the lower level is what there is.
        if (held is not null && held.Level < current.Level)
        {
            current = held;
            await publish(current, token);
        }
        return current;
    }
}
