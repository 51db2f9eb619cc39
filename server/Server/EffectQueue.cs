using Microsoft.Extensions.Logging;

namespace Assistant.Server;

/// <summary>
/// Runs effects behind the loop, on the thread pool. Guarantees: each effect gets each transition, in order, one at a time; for one
/// transition the effects run in the order of the list; no effect runs in the loop, so a slow one delays no mutation; an effect that
/// throws is logged, and the other effects run as if it had not.
/// <para>
/// There are two queues. Effects <see cref="EffectTiming.BeforeReads"/> wait only for each other. Effects
/// <see cref="EffectTiming.Afterwards"/> wait for both kinds. The queues have no limit: every effect must end.
/// </para>
/// </summary>
/// <param name="ending">Failures after its cancellation are not logged: the server takes its parts down.</param>
internal sealed partial class EffectQueue<TState>(ILogger logger, CancellationToken ending)
{
    private Effect<TState>[] beforeReads = [];
    private Effect<TState>[] afterwards = [];

    /// <summary>Ends when the effects that reads wait for have run for every transition posted by now. It never fails.</summary>
    public Task ReadsReady { get; private set; } = Task.CompletedTask;

    /// <summary>Ends when all effects have run for every transition posted by now. It never fails.</summary>
    public Task AllRan { get; private set; } = Task.CompletedTask;

    /// <summary>Sets the list; to be called before the first <see cref="Post"/>.</summary>
    /// <exception cref="ArgumentException">An effect before reads comes after one that is not: the list would not be the order.</exception>
    public void Use(IReadOnlyList<Effect<TState>> effects)
    {
        beforeReads = [.. effects.TakeWhile(effect => effect.Timing == EffectTiming.BeforeReads)];
        afterwards = [.. effects.Skip(beforeReads.Length)];
        if (Array.Find(afterwards, effect => effect.Timing == EffectTiming.BeforeReads) is { } misplaced)
        {
            throw new ArgumentException($"The effect \"{misplaced.Name}\" runs before reads and must come before all effects that do not.");
        }
    }

    /// <summary>Queues a transition and returns. Called by the loop alone.</summary>
    public void Post(Transition<TState> step)
    {
        if (beforeReads.Length > 0)
        {
            ReadsReady = After(ReadsReady, step, beforeReads);
        }
        if (afterwards.Length > 0)
        {
            AllRan = After(Task.WhenAll(ReadsReady, AllRan), step, afterwards);
        }
        else
        {
            AllRan = ReadsReady;
        }
    }

    private Task After(Task earlier, Transition<TState> step, Effect<TState>[] effects) =>
        earlier.ContinueWith(_ => Run(step, effects), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private void Run(Transition<TState> step, Effect<TState>[] effects)
    {
        foreach (var effect in effects)
        {
            try
            {
                var started = effect.Run(step, ending);
                if (!started.IsCompletedSuccessfully)
                {
                    _ = LogFailureAsync(effect.Name, started);
                }
            }
            catch (Exception) when (ending.IsCancellationRequested)
            {
                // As in LogFailureAsync.
            }
            catch (Exception exception)
            {
                // A bug in one effect must not cost the others their turn.
                LogFailed(effect.Name, exception);
            }
        }
    }

    private async Task LogFailureAsync(string name, Task started)
    {
        try
        {
            await started;
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The server ends, and connections with it.
        }
        catch (Exception exception)
        {
            LogFailed(name, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The effect \"{Effect}\" failed.")]
    private partial void LogFailed(string effect, Exception exception);
}
