using System.Threading.Channels;
using Assistant.Basics;
using Microsoft.Extensions.Logging;

namespace Assistant.Patterns;

/// <summary>
/// The one writer of a <see cref="PatternIndex"/>: takes in what changed, in order, on a background task, so that nobody who types waits.
/// Of several changes to one file that wait, only the last is read.
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

    /// <summary>Completes when everything that was posted by now is in the index.</summary>
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

    /// <summary>A file's text has changed.</summary>
    /// <param name="read">Called on the background task; null: the file is gone.</param>
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

    /// <summary>Files on disk; one that cannot be read is left out.</summary>
    public void PostFiles(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            Post(file, () => ReadFile(file));
        }
    }

    /// <summary>Files on disk that have to be looked for first, which is done on a background task as well; it ends when they are posted, not when they are read.</summary>
    public Task PostFiles(Func<IEnumerable<string>> list) => List(() => PostFiles(list()));

    /// <summary>Files that belong to the workspace no more, although they may still be there.</summary>
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
                // A folder that went away while it was looked at: its files are told one by one.
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
            // The end: what waits is for nobody.
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
            // One file that the scanner cannot bear must not cost the index of all others.
            Never.Happens(logger, $"the pattern index could not take in {path}", bug);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
