using Assistant.Basics;
using Assistant.Usage;
using Microsoft.Extensions.Logging;

namespace Assistant.Completion;

/// <summary>
/// Holds the <see cref="CompletionState"/>: applies transitions one at a time and runs their effects after them. Any thread may call it.
/// </summary>
internal sealed class CompletionStore(IRequestRecords? records, ILogger logger)
{
    private readonly Lock gate = new();
    private CompletionState state = CompletionState.Empty;
    private TaskCompletionSource changed = NewSignal();

    public CompletionState State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }
    }

    /// <summary>The state, and a task that ends with the next transition.</summary>
    public (CompletionState State, Task Changed) Observe()
    {
        lock (gate)
        {
            return (state, changed.Task);
        }
    }

    /// <summary>Applies a transition and runs its effects.</summary>
    /// <returns>The state after this transition; another thread may have changed it since.</returns>
    public CompletionState Apply(Func<CompletionState, Transition> transition)
    {
        Transition applied;
        TaskCompletionSource signal;
        lock (gate)
        {
            applied = transition(state);
            if (ReferenceEquals(applied.Next, state) && applied.Effects.IsEmpty)
            {
                return state;
            }
            state = applied.Next;
            (signal, changed) = (changed, NewSignal());
        }
        signal.SetResult();
        foreach (var effect in applied.Effects)
        {
            Run(effect);
        }
        return applied.Next;
    }

    private void Run(CompletionEffect effect)
    {
        switch (effect)
        {
            case CloseGeneration close:
                _ = CloseAsync(close);
                break;
            case RecordOutcome outcome:
                records?.Suggested(outcome.Endpoint, outcome.Model, outcome.Kept);
                break;
        }
    }

    private async Task CloseAsync(CloseGeneration close)
    {
        try
        {
            // The token's callbacks, which are foreign code, run on the pool: neither the caller nor the lock waits for them.
            await close.Generation.Closing.CancelAsync();
        }
        catch (Exception exception)
        {
            Never.Happens(logger, "a callback failed while a generation was closed", exception);
        }
    }

    // Continuations run on the pool: a waiter must not block the caller.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
