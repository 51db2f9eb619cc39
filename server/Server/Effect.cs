namespace Assistant.Server;

/// <summary>One step of the loop: the states around a mutation, and the mistake of the client that the mutation found.</summary>
/// <param name="Before">The same object as <paramref name="After"/> where only a fault was found.</param>
public sealed record Transition<TState>(TState Before, TState After, ClientFault? Fault);

/// <summary>The place of an effect in time. The loop itself waits for no effect.</summary>
public enum EffectTiming
{
    /// <summary>
    /// Reads that come after the mutation start when the effect has run. For effects that a later read must find done; they only touch
    /// memory, because a slow one delays those reads.
    /// </summary>
    BeforeReads,

    /// <summary>Nothing waits for the effect except later effects of the same kind.</summary>
    Afterwards,
}

/// <summary>
/// An action outside the state that follows from a mutation. Effects run in the order of their list, see <see cref="EffectQueue{TState}"/>.
/// </summary>
/// <param name="Name">Names the effect in the log: a phrase that begins with a verb.</param>
/// <param name="Run">
/// Gets every transition, in order. The next effect runs when the function returns: its task is not awaited. An exception, thrown or in
/// the task, is logged. The token ends with the server.
/// </param>
public sealed record Effect<TState>(string Name, EffectTiming Timing, Func<Transition<TState>, CancellationToken, Task> Run)
{
    /// <param name="run">Gets the state before and the state after each mutation.</param>
    public Effect(string name, EffectTiming timing, Action<TState, TState> run)
        : this(name, timing, (step, _) =>
        {
            run(step.Before, step.After);
            return Task.CompletedTask;
        })
    {
    }
}
