using System.Text;
using Assistant.Basics;
using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Routing.Scheduling;
using Assistant.Shaping;
using Microsoft.Extensions.Logging;

namespace Assistant.Completion;

/// <summary>Runs generations: debounce, slot, stream. It reports each step to the store.</summary>
internal sealed class GenerationRunner(IFimClient client, Scheduler scheduler, CompletionStore store, TimeProvider clock, ILogger logger)
{
    /// <summary>Runs to the end and never throws: the end is in the state.</summary>
    public async Task RunAsync(Generation generation)
    {
        var (plan, token) = (generation.Plan, generation.Closing.Token);
        try
        {
            await Task.Delay(plan.Pause, clock, token);
            Report(generation, GenerationPhase.Asking, "");
            using var lease = await scheduler.AcquireAsync(plan.Route, RequestClass.Completion, plan.Origin.Uri, token);
            if (lease is null)
            {
                End(generation, new GenerationEnd("a newer one waits for the model", null));
                return;
            }
            await StreamAsync(generation, lease);
            End(generation, new GenerationEnd(null, null));
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The transition that closed the generation has put the reason into the state.
        }
        catch (ModelServerException failure)
        {
            End(generation, new GenerationEnd(null, failure));
        }
        catch (Exception bug)
        {
            // A bug in our own code must not leave its waiters waiting.
            Never.Happens(logger, "a generation ended with an exception that no server can cause", bug);
            End(generation, new GenerationEnd("a bug; see the log", null));
        }
    }

    private async Task StreamAsync(Generation generation, SlotLease lease)
    {
        var plan = generation.Plan;
        var shaper = new DraftShaper(plan.Text, plan.Rules);
        var raw = new StringBuilder();
        await foreach (var chunk in client.StreamAsync(plan.Route, plan.Request with { Lease = lease }, generation.Closing.Token))
        {
            raw.Append(chunk.Text);
            Report(generation, GenerationPhase.Streaming, raw.ToString());
            if (chunk.End is not null || shaper.Feed(chunk.Text).Progress == ShapeProgress.Enough)
            {
                // Leaving the loop disposes the stream and closes its connection, which ends the generation on the server.
                return;
            }
        }
    }

    private void Report(Generation generation, GenerationPhase phase, string raw) =>
        store.Apply(state => state.Progressed(generation.Id, phase, raw));

    private void End(Generation generation, GenerationEnd end) => store.Apply(state => state.Ended(generation.Id, end));
}
