using Assistant.Routing;

namespace Assistant.Completion;

internal enum WaitOutcome
{
    Answered,

    /// <summary>The model server failed before a part of its answer was shown.</summary>
    Failed,

    /// <summary>The model's answer does not begin with the typed text.</summary>
    Disagreed,
}

/// <summary>The end of a wait for a generation.</summary>
/// <param name="Answer">A <see cref="NoSuggestion"/> where the outcome is not <see cref="WaitOutcome.Answered"/>.</param>
internal sealed record Waited(WaitOutcome Outcome, TurnAnswer Answer);

/// <summary>
/// Waits for the first suggestion: the model's answer, its first line after 400 ms, or Patterns' suggestion after 200 ms.
/// </summary>
internal sealed class GenerationWait(CompletionStore store, IModelRouter router, IVerifier verifier, TimeProvider clock)
{
    /// <summary>A whole first line is shown where the rest of the answer takes longer.</summary>
    private static readonly TimeSpan FirstLineAfter = TimeSpan.FromMilliseconds(400);

    /// <summary>The life of a generation without waiters: editors cancel one request before they send the next.</summary>
    private static readonly TimeSpan OrphanedAfter = TimeSpan.FromMilliseconds(150);

    /// <summary>The turn is a waiter of the generation already, and leaves it here unless the answer is followed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Waited> ForAsync(Generation generation, CompletionTurn turn, CancellationToken token)
    {
        var follows = false;
        using var measured = turn.Trace.Measure("model");
        try
        {
            var waited = await WaitAsync(generation, turn, token);
            follows = waited.Answer.Following is not null;
            return waited;
        }
        finally
        {
            if (!follows)
            {
                Leave(generation);
            }
        }
    }

    private async Task<Waited> WaitAsync(Generation generation, CompletionTurn turn, CancellationToken token)
    {
        while (true)
        {
            var (state, changed) = store.Observe();
            // A generation with a waiter stays in the state.
            var progress = state.Find(generation.Id)!;
            if (!progress.AgreesWith(turn.Query))
            {
                store.Apply(before => before.Disagrees(generation.Id));
                return Ended(
                    WaitOutcome.Disagreed,
                    turn.Nothing(NoSuggestionReason.Replaced, "The model's answer does not begin with the typed text."));
            }
            if (progress.End is { } end)
            {
                return end switch
                {
                    { Failure: { } failure } => Ended(
                        WaitOutcome.Failed,
                        turn.Nothing(NoSuggestionReason.ModelFailed, $"{failure.Message} {failure.Remedy}", progress.Source)),
                    // The generation was closed for a newer query, which is served instead of this one.
                    { Closed: { } closed } => Ended(
                        WaitOutcome.Answered, turn.Nothing(NoSuggestionReason.Replaced, $"The generation was closed: {closed}.")),
                    _ => Ended(
                        WaitOutcome.Answered, await Suggestion.FromAsync(progress.Candidate, turn.Query, verifier, turn.Trace, token)),
                };
            }
            var waited = clock.GetElapsedTime(turn.Arrived);
            if (turn.MayAnswerEarly && await EarlyAsync(progress, waited, turn, token) is { } early)
            {
                return new Waited(WaitOutcome.Answered, new TurnAnswer(early, generation.Id, Following: generation));
            }
            var next = waited < InlineCompletion.PatternsAfter ? InlineCompletion.PatternsAfter - waited
                : waited < FirstLineAfter ? FirstLineAfter - waited
                : Timeout.InfiniteTimeSpan;
            await Task.WhenAny(changed, Task.Delay(next, clock, token));
            token.ThrowIfCancellationRequested();
        }

        Waited Ended(WaitOutcome outcome, CompletionAnswer answer) => new(outcome, new TurnAnswer(answer, generation.Id));
    }

    /// <summary>An answer ahead of the model's whole one; null where it is too early for any.</summary>
    private async Task<CompletionAnswer?> EarlyAsync(
        GenerationProgress progress, TimeSpan waited, CompletionTurn turn, CancellationToken token)
    {
        if (waited >= FirstLineAfter
            && await Suggestion.FromAsync(progress.Candidate, turn.Query, verifier, turn.Trace, token) is Suggestion firstLine)
        {
            return firstLine;
        }
        if (waited < InlineCompletion.PatternsAfter)
        {
            return null;
        }
        if (turn.Pattern is { } pattern)
        {
            return progress.Raw.Contains('\n') ? null : pattern;
        }
        // The request waits behind a chat. A later answer is announced if the caret is still at its place.
        return progress.Phase == GenerationPhase.Asking && router.Status is { State: ModelState.Busy } busy
            ? turn.Nothing(NoSuggestionReason.ModelBusy, $"{busy.Message} {busy.Remedy}")
            : null;
    }

    private void Leave(Generation generation)
    {
        if (store.Apply(state => state.Left(generation.Id)).Find(generation.Id) is { IsAlive: true, Waiters: 0 })
        {
            _ = CloseOrphanAsync(generation);
        }
    }

    private async Task CloseOrphanAsync(Generation generation)
    {
        await Task.Delay(OrphanedAfter, clock);
        store.Apply(state => state.Orphaned(generation.Id));
    }
}
