using Assistant.Inference.Fim;
using Assistant.Routing.Scheduling;
using Microsoft.CodeAnalysis.Text;
using Microsoft.Extensions.Logging;

namespace Assistant.Completion;

/// <summary>
/// Holds the one generation that is alive at most. It lives until an edit or a query disagrees with it, or until 150 ms have passed
/// in which nobody waited for it or watched it; then its connection is closed.
/// </summary>
internal sealed class Generations(IFimClient client, Scheduler scheduler, TimeProvider clock, ILogger logger)
{
    /// <summary>Editors cancel one request before they send the next; a stream lives that long without anyone.</summary>
    private static readonly TimeSpan OrphanedFor = TimeSpan.FromMilliseconds(150);

    private readonly object gate = new();
    private Generation? live;
    private Generation? newest;
    private Generation? before;
    private int waiters;
    private bool watched;
    private bool closedUnasked;

    /// <summary>What was asked last, and what came back by now, whatever became of it; null before the first.</summary>
    public SuggestionSource? LastAsked
    {
        get
        {
            lock (gate)
            {
                var asked = newest is { Asked: true } ? newest : before;
                return asked?.Source(asked.Progress.Raw);
            }
        }
    }

    /// <summary>The last one was closed before anything was sent, and none was begun since.</summary>
    public bool ClosedUnasked
    {
        get
        {
            lock (gate)
            {
                return closedUnasked;
            }
        }
    }

    /// <summary>The living generation, where the query agrees with it; one that disagrees is closed. Pair with <see cref="Leave"/>.</summary>
    public Generation? Join(CompletionQuery query)
    {
        lock (gate)
        {
            if (live is null || live.Progress.Phase == GenerationPhase.Over)
            {
                return null;
            }
            // Before anything was sent a newer text makes the better prompt.
            if (live.Progress.Phase == GenerationPhase.Pausing || !live.AgreesWith(query))
            {
                closedUnasked = live.Progress.Phase == GenerationPhase.Pausing;
                live.Close("a newer query disagrees with it");
                live = null;
                return null;
            }
            waiters++;
            return live;
        }
    }

    /// <summary>Closes what is alive and starts another. Pair with <see cref="Leave"/>.</summary>
    public Generation Begin(GenerationPlan plan)
    {
        var generation = new Generation(plan, clock);
        lock (gate)
        {
            live?.Close("replaced by a newer one");
            live = generation;
            (before, newest) = (newest is { Asked: true } ? newest : before, generation);
            waiters = 1;
            watched = closedUnasked = false;
        }
        _ = generation.RunAsync(client, scheduler, logger);
        return generation;
    }

    /// <summary>A waiter goes. What it was shown may be bettered by what is still to come, so then the generation is watched on.</summary>
    public void Leave(Generation generation, bool answered)
    {
        lock (gate)
        {
            if (live != generation)
            {
                return;
            }
            waiters--;
            watched |= answered;
            if (waiters > 0 || watched)
            {
                return;
            }
        }
        _ = CloseIfOrphanedAsync(generation);
    }

    /// <summary>Closes the living generation where the document's new text disagrees with it.</summary>
    public void Edited(string uri, SourceText text)
    {
        lock (gate)
        {
            // The text is only made a string where a generation is alive that it could disagree with.
            if (live is { } generation && generation.Plan.Origin.Uri == uri && !generation.AgreesWith(uri, text.ToString()))
            {
                generation.Close("an edit disagrees with it");
                live = null;
            }
        }
    }

    /// <summary>Closes the living generation where its document is closed: nobody sees its answer.</summary>
    public void DocumentClosed(string uri)
    {
        lock (gate)
        {
            if (live?.Plan.Origin.Uri == uri)
            {
                live.Close("its document is closed");
                live = null;
            }
        }
    }

    /// <summary>Closes whatever is alive: the model or the settings changed, or the server ends.</summary>
    public void CloseAll(string why)
    {
        lock (gate)
        {
            live?.Close(why);
            live = null;
        }
    }

    private async Task CloseIfOrphanedAsync(Generation generation)
    {
        await Task.Delay(OrphanedFor, clock);
        lock (gate)
        {
            if (live == generation && waiters == 0 && !watched)
            {
                generation.Close("nobody waits for it");
                live = null;
            }
        }
    }
}
