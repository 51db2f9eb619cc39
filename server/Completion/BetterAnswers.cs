using Assistant.Basics;
using Microsoft.Extensions.Logging;

namespace Assistant.Completion;

/// <summary>Follows generations behind delivered answers, and announces the better answers that they produce.</summary>
internal sealed class BetterAnswers(CompletionStore store, IVerifier verifier, TimeProvider clock, ILogger logger)
{
    /// <summary>Raised on any thread.</summary>
    public event Action<BetterAnswer>? Found;

    /// <summary>Follows a generation to its end, as one of its waiters. Never throws.</summary>
    /// <param name="shown">The suggestion on the screen; null where there is none.</param>
    public async Task FollowAsync(Generation generation, Suggestion? shown, CompletionQuery query)
    {
        try
        {
            var end = await EndAsync(generation, generation.Plan.Origin.TypedIn(query.Uri, query.Continued) + shown?.Inserted);
            if (end is { End: { Closed: null, Failure: null } }
                && await Suggestion.FromAsync(
                    end.Candidate, query, verifier, new StageTrace(clock), CancellationToken.None) is Suggestion better
                && (shown is null || Continues(better, shown)))
            {
                store.Apply(state => state.Improved(better, generation.Id));
                Found?.Invoke(new BetterAnswer(query.Uri, query.Document.Version, query.Text.Caret));
            }
        }
        catch (Exception bug)
        {
            // The answer on the screen stays valid.
            Never.Happens(logger, "a better answer could not be announced", bug);
        }
        finally
        {
            store.Apply(state => state.Left(generation.Id));
        }
    }

    /// <param name="onScreen">The text between the generation's origin and the end of the suggestion on the screen.</param>
    private async Task<GenerationProgress> EndAsync(Generation generation, string onScreen)
    {
        while (true)
        {
            var (state, changed) = store.Observe();
            // A generation with a waiter stays in the state.
            var progress = state.Find(generation.Id)!;
            if (!progress.IsAlive)
            {
                return progress;
            }
            if (!Agreement.Holds(progress.Raw, onScreen))
            {
                store.Apply(before => before.Contradicted(generation.Id));
                continue;
            }
            await changed;
        }
    }

    private static bool Continues(Suggestion better, Suggestion shown) =>
        better.Inserted.Length > shown.Inserted.Length && Agreement.Consumed(better.Inserted, shown.Inserted) is not null;
}
