using System.Threading.Channels;
using Assistant.Basics;
using Microsoft.Extensions.Logging;

namespace Assistant.Patterns;

/// <summary>
/// The only writer of a <see cref="PatternIndex"/>. A background task indexes changed files in their order, so that no keystroke waits for
/// the index. Of several waiting changes to one file, only the last is read.
/// </summary>
public sealed class PatternFeed : IAsyncDisposable
{
    private readonly Channel<string> paths = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, Func<string?>> waiting = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource closing = new();
    private readonly PatternIndex index;
    private readonly ILogger logger;
    private readonly Task running;
    private int listings;
    private bool reading;
    private TaskCompletionSource idle = NewSignal();

    public PatternFeed(PatternIndex index, ILogger logger)
    {
        this.index = index;
        this.logger = logger;
        idle.SetResult();
        running = Task.Run(RunAsync);
    }

    /// <summary>Completes when the index holds all files that were posted so far.</summary>
    public Task Idle
    {
        get
        {
            lock (waiting)
            {
                return idle.Task;
            }
        }
    }

    /// <summary>Indexes a file's new text.</summary>
    /// <param name="read">Called on the background task; returns null for a deleted file.</param>
    public void Post(string path, Func<string?> read)
    {
        lock (waiting)
        {
            NotIdle();
            if (!waiting.TryAdd(path, read))
            {
                waiting[path] = read;
                return;
            }
        }
        paths.Writer.TryWrite(path);
    }

    /// <summary>Indexes files on disk, except those that cannot be read.</summary>
    public void PostFiles(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            Post(file, () => ReadFile(file));
        }
    }

    /// <summary>Indexes the files of a list that a background task makes. The returned task ends when the files are posted.</summary>
    public Task PostFiles(Func<IEnumerable<string>> list) => List(() => PostFiles(list()));

    /// <summary>Removes files that left the workspace, whether or not they still exist on disk.</summary>
    public Task RemoveFiles(Func<IEnumerable<string>> list) => List(() =>
    {
        foreach (var file in list())
        {
            Post(file, () => null);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await running;
        closing.Dispose();
    }

    private Task List(Action list)
    {
        lock (waiting)
        {
            NotIdle();
            listings++;
        }
        return Task.Run(() =>
        {
            try
            {
                list();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The folder was deleted during the listing: the file watcher reports its files one by one.
                logger.LogInformation("Not all files were listed for patterns: {Message}", error.Message);
            }
            finally
            {
                lock (waiting)
                {
                    listings--;
                    IdleIfDone();
                }
            }
        });
    }

    private void NotIdle()
    {
        if (idle.Task.IsCompleted)
        {
            idle = NewSignal();
        }
    }

    private void IdleIfDone()
    {
        if (waiting.Count == 0 && listings == 0 && !reading)
        {
            idle.TrySetResult();
        }
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.Exists(path) ? PlainFile.ReadText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var path in paths.Reader.ReadAllAsync(closing.Token))
            {
                // ReadAllAsync looks at its token only before it waits.
                closing.Token.ThrowIfCancellationRequested();
                Take(path);
                lock (waiting)
                {
                    reading = false;
                    IdleIfDone();
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Disposal: the index has no readers any more.
        }
    }

    private void Take(string path)
    {
        Func<string?>? read;
        lock (waiting)
        {
            reading = waiting.Remove(path, out read);
        }
        try
        {
            if (read?.Invoke() is { } text)
            {
                index.Update(path, text);
            }
            else
            {
                index.Remove(path);
            }
            index.Tidy();
        }
        catch (Exception bug)
        {
            // A file on which the scanner throws must not end the indexing of all others.
            Never.Happens(logger, $"the pattern index could not take in {path}", bug);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
