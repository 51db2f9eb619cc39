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
internal sealed record WaitResult(WaitOutcome Outcome, TurnAnswer Answer);

/// <summary>
/// Waits for the first answer: the model's, its first line after 400 ms, or after 200 ms Patterns' suggestion or the news that it is busy.
/// </summary>
internal sealed class GenerationWait(CompletionStore store, IModelRouter router, IVerifier verifier, TimeProvider clock)
{
    /// <summary>A whole first line is shown where the rest of the answer takes longer.</summary>
    private static readonly TimeSpan FirstLineAfter = TimeSpan.FromMilliseconds(400);

    /// <summary>The life of a generation without waiters: editors cancel one request before they send the next.</summary>
    private static readonly TimeSpan OrphanedAfter = TimeSpan.FromMilliseconds(150);

    /// <summary>The turn is a waiter of the generation already, and leaves it here unless the answer is followed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<WaitResult> ForAsync(Generation generation, CompletionTurn turn, CancellationToken token)
    {
        var follows = false;
        using var measured = turn.Trace.Measure("model");
        try
        {
            var result = await WaitAsync(generation, turn, token);
            follows = result.Answer.Following is not null;
            return result;
        }
        finally
        {
            if (!follows)
            {
                Leave(generation);
            }
        }
    }

    private async Task<WaitResult> WaitAsync(Generation generation, CompletionTurn turn, CancellationToken token)
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
                    // The generation was closed for a newer query, which is served instead, or for other settings.
                    { Closed: { } closed } => Ended(
                        WaitOutcome.Answered, turn.Nothing(NoSuggestionReason.Replaced, $"The generation was closed: {closed}."),
                        wasSent: progress.Phase != GenerationPhase.Pausing),
                    _ => Ended(
                        WaitOutcome.Answered, await Suggestion.FromAsync(progress.Candidate, turn.Query, verifier, turn.Trace, token)),
                };
            }
            var elapsed = clock.GetElapsedTime(turn.Arrived);
            if (turn.MayAnswerEarly && await EarlyAsync(progress, elapsed, turn, token) is { } early)
            {
                return new WaitResult(WaitOutcome.Answered, new TurnAnswer(early, generation.Id, Following: generation));
            }
            var next = elapsed < InlineCompletion.PatternsAfter ? InlineCompletion.PatternsAfter - elapsed
                : elapsed < FirstLineAfter ? FirstLineAfter - elapsed
                : Timeout.InfiniteTimeSpan;
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(token);
            await Task.WhenAny(changed, Task.Delay(next, clock, timer.Token));
            // A long answer has many chunks: none leaves a timer behind.
            await timer.CancelAsync();
            token.ThrowIfCancellationRequested();
        }

        WaitResult Ended(WaitOutcome outcome, CompletionAnswer answer, bool wasSent = true) =>
            new(outcome, new TurnAnswer(answer, wasSent ? generation.Id : null));
    }

    /// <summary>An answer ahead of the model's whole one; null where it is too early for any.</summary>
    private async Task<CompletionAnswer?> EarlyAsync(
        GenerationProgress progress, TimeSpan elapsed, CompletionTurn turn, CancellationToken token)
    {
        if (elapsed >= FirstLineAfter
            && await Suggestion.FromAsync(progress.Candidate, turn.Query, verifier, turn.Trace, token) is Suggestion firstLine)
        {
            return firstLine;
        }
        if (elapsed < InlineCompletion.PatternsAfter)
        {
            return null;
        }
        if (turn.Pattern is { } pattern)
        {
            // After a whole line of the model the first line follows soon.
            return progress.Raw.Contains('\n') ? null : pattern;
        }
        // The request waits behind a chat. A later answer is announced if the caret is still at its place.
        return progress.Phase == GenerationPhase.Asking && router.Status is { State: ModelState.Busy } busy
            ? turn.Nothing(NoSuggestionReason.ModelBusy, $"{busy.Message} {busy.Remedy}")
            : null;
    }

    private void Leave(Generation generation)
    {
        if (store.Apply(state => state.Left(generation.Id)).Find(generation.Id) is { IsAlive: true, Waiters: 0 } left)
        {
            _ = CloseOrphanAsync(left);
        }
    }

    private async Task CloseOrphanAsync(GenerationProgress left)
    {
        await Task.Delay(OrphanedAfter, clock);
        store.Apply(state => state.Orphaned(left.Id, left.Departures));
    }
}
