using Assistant.Routing;
using Assistant.Shaping;

namespace Assistant.Completion;

/// <summary>The second half of a keystroke's way: from a generation that runs to what is shown, and what follows behind it.</summary>
public sealed partial class InlineCompletion
{
    /// <summary>Waits for something to show. Null where the generation disagrees with the query.</summary>
    private async Task<CompletionAnswer?> WaitAsync(Generation generation, Pending pending, CancellationToken token)
    {
        var answered = false;
        using var measured = pending.Trace.Measure("model");
        try
        {
            while (true)
            {
                var progress = generation.Progress;
                if (!generation.AgreesWith(pending.Query))
                {
                    disagreed = generation.Plan.Origin;
                    generation.Close("what was typed disagrees with it");
                    return null;
                }
                if (progress.Ended?.Closed is { } closed)
                {
                    // For a newer query, or since nobody waited: that one is served, this one has had its time.
                    return pending.Pattern ?? (CompletionAnswer)new NoSuggestion(NoSuggestionReason.Replaced, $"The generation was stopped: {closed}.", null, pending.Trace);
                }
                if (progress.Ended is { } end)
                {
                    return End(generation, progress.Raw, end, pending);
                }
                var waited = clock.GetElapsedTime(pending.Asked);
                if (waited >= FirstLineAfter && pending.Query.Trigger != CompletionTrigger.Final && FirstLine(generation, progress.Raw, pending) is { } first)
                {
                    answered = true;
                    return Follow(generation, first, pending.Query);
                }
                if (waited >= PatternsAfter && pending.Query.Trigger != CompletionTrigger.Final && pending.Pattern is { } pattern && !progress.Raw.Contains('\n'))
                {
                    answered = true;
                    return Follow(generation, pattern, pending.Query);
                }
                if (waited >= PatternsAfter && pending.Query.Trigger != CompletionTrigger.Final && progress.Phase == GenerationPhase.Asking && router.Status is { State: ModelState.Busy } busy)
                {
                    // It waits behind a chat; if the caret is still here when its turn has come, it is announced.
                    answered = true;
                    _ = FollowAsync(generation, "", pending.Query);
                    return new NoSuggestion(NoSuggestionReason.ModelBusy, $"{busy.Message} {busy.Remedy}", null, pending.Trace);
                }
                var next = waited < PatternsAfter ? PatternsAfter - waited : waited < FirstLineAfter ? FirstLineAfter - waited : Timeout.InfiniteTimeSpan;
                await Task.WhenAny(progress.Changed, Task.Delay(next, clock, token));
                token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            generations.Leave(generation, answered);
        }
    }

    /// <summary>What stands at the end of a generation: the model's answer, else Patterns', else the reason.</summary>
    private CompletionAnswer End(Generation generation, string raw, GenerationEnd end, Pending pending)
    {
        var source = generation.Source(raw);
        if (end.Failure is { } failure)
        {
            return pending.Pattern ?? (CompletionAnswer)new NoSuggestion(NoSuggestionReason.ModelFailed, $"{failure.Message} {failure.Remedy}", source, pending.Trace);
        }
        switch (generation.ShapedFor(pending.Query, raw).Finish())
        {
            case ShapeResult.Shown(var draft):
                var answer = Remember(generation.Plan.Origin, draft, pending.Query, source);
                return answer.SuggestionAt(pending.Query, draft.Text, draft.ReplaceAfter, pending.Trace);
            case ShapeResult.Rejected(var reason, var words):
                return pending.Pattern ?? (CompletionAnswer)new NoSuggestion(NoSuggestionReason.Withheld, $"{reason}: {words}", source, pending.Trace);
            default:
                throw new InvalidOperationException("A shape result is a draft or a rejection.");
        }
    }

    private Suggestion? FirstLine(Generation generation, string raw, Pending pending)
    {
        var shaper = generation.ShapedFor(pending.Query, raw);
        if (shaper.Current is not { } draft)
        {
            return null;
        }
        var answer = Remember(generation.Plan.Origin, draft, pending.Query, generation.Source(raw));
        return answer.SuggestionAt(pending.Query, draft.Text, draft.ReplaceAfter, pending.Trace) with { Partial = true };
    }

    /// <summary>Goes on with a generation behind what was shown, and tells when its end is better.</summary>
    private Suggestion Follow(Generation generation, Suggestion shown, CompletionQuery query)
    {
        _ = FollowAsync(generation, shown.Text[(query.Selected?.Text.Length ?? 0)..], query);
        return shown;
    }

    /// <param name="shown">What stands on the screen, without the selected entry; empty: nothing.</param>
    private async Task FollowAsync(Generation generation, string shown, CompletionQuery query)
    {
        var origin = generation.Plan.Origin;
        var shownText = origin.TypedIn(query.Uri, query.Continued)! + shown;
        while (generation.Progress is { Ended: null } progress)
        {
            if (!Agreement.Holds(progress.Raw, shownText))
            {
                generation.Close("it disagrees with what is on the screen");
            }
            await progress.Changed;
        }
        var ended = generation.Progress;
        if (ended.Ended is { Closed: null, Failure: null }
            && generation.ShapedFor(query, ended.Raw).Finish() is ShapeResult.Shown(var draft)
            && draft.Text.Length > shown.Length
            && Agreement.Consumed(draft.Text, shown) is not null)
        {
            Remember(origin, draft, query, generation.Source(ended.Raw));
            BetterFound?.Invoke(new BetterAnswer(query.Uri, query.Version, query.Text.Caret));
        }
    }
}
