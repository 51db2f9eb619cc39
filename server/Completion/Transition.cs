using System.Collections.Immutable;

namespace Assistant.Completion;

/// <summary>The result of a transition of <see cref="CompletionState"/>.</summary>
/// <param name="Effects">Run after the transition, in this order, outside of the lock.</param>
internal readonly record struct Transition(CompletionState Next, ImmutableArray<CompletionEffect> Effects)
{
    public static implicit operator Transition(CompletionState next) => new(next, []);
}

/// <summary>An effect on the world outside of the state.</summary>
internal abstract record CompletionEffect;

/// <summary>Closes a generation's connection.</summary>
internal sealed record CloseGeneration(Generation Generation, string Why) : CompletionEffect;

/// <summary>Records whether the user kept a model's suggestion.</summary>
internal sealed record RecordOutcome(string Endpoint, string Model, bool Kept) : CompletionEffect;
