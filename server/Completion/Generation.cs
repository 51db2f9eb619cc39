using System.Text;
using Assistant.Inference.Fim;
using Assistant.ModelServers;
using Assistant.Prompts;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Assistant.Shaping;
using Microsoft.Extensions.Logging;

namespace Assistant.Completion;

/// <summary>Everything a generation needs to know before it starts.</summary>
/// <param name="Pause">The debounce: nothing is sent before it has passed.</param>
/// <param name="Rules">For the stop decision, at the place where the answer begins.</param>
internal sealed record GenerationPlan(
    AnswerOrigin Origin,
    CompletionQuery Query,
    ModelRoute Route,
    FimPrompt Prompt,
    FimRequest Request,
    ShapeRules Rules,
    TimeSpan Pause);

/// <summary>How far a generation has come; each is a value of its own, so that waiters never see half a step.</summary>
/// <param name="Raw">All that the model said so far, never shortened.</param>
/// <param name="Ended">Null while it goes on.</param>
internal sealed record GenerationProgress(GenerationPhase Phase, string Raw, GenerationEnd? Ended, Task Changed);

internal enum GenerationPhase
{
    /// <summary>Nothing was sent: a new query may replace it at no cost.</summary>
    Pausing,

    /// <summary>Waits for the slot, or for the first byte.</summary>
    Asking,
    Streaming,
    Over,
}

/// <param name="Closed">Why it was stopped before its end; null where it came to its end.</param>
internal sealed record GenerationEnd(string? Closed, ModelServerException? Failure, FimEnd? Server);

/// <summary>
/// One request to a model, from its debounce to its end. It outlives the queries that wait for it: what is typed in agreement is served
/// from it, and it is closed, connection and all, when an edit disagrees or nobody could see its answer.
/// </summary>
#pragma warning disable CA1001 // A source without a timer holds nothing, and Close may come at any time.
internal sealed class Generation
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource closing = new();
    private readonly TimeProvider clock;
    private readonly object gate = new();
    private TaskCompletionSource changed = NewSignal();
    private GenerationProgress progress;
    private string? closed;

    public Generation(GenerationPlan plan, TimeProvider clock)
    {
        Plan = plan;
        this.clock = clock;
        Started = clock.GetTimestamp();
        progress = new GenerationProgress(GenerationPhase.Pausing, "", null, changed.Task);
    }

    public GenerationPlan Plan { get; }

    /// <summary>Its debounce has passed: the model was asked, or waited for.</summary>
    public bool Asked { get; private set; }

    /// <summary>Timestamp of the clock.</summary>
    public long Started { get; }

    public GenerationProgress Progress
    {
        get
        {
            lock (gate)
            {
                return progress;
            }
        }
    }

    /// <summary>The model server failed at it.</summary>
    public bool Failed => Progress.Ended?.Failure is not null;

    public TimeSpan Age => clock.GetElapsedTime(Started);

    /// <summary>Whether the query continues what this generation said so far.</summary>
    public bool AgreesWith(CompletionQuery query) =>
        Plan.Origin.TypedIn(query.Uri, query.Continued) is { } typed && Agreement.Holds(Progress.Raw, typed);

    /// <summary>The same for a text whose caret is not known.</summary>
    public bool AgreesWith(string uri, string text) =>
        Plan.Origin.PutIn(uri, text) is { } typed && Agreement.Holds(Progress.Raw, typed);

    /// <summary>The raw text so far, shaped for where the query's caret stands.</summary>
    public DraftShaper ShapedFor(CompletionQuery query, string raw)
    {
        var typed = Plan.Origin.TypedIn(query.Uri, query.Continued) ?? "";
        var shaper = new DraftShaper(query.Continued, Plan.Rules with { TakenBack = typed });
        shaper.Feed(raw);
        return shaper;
    }

    public SuggestionSource Source(string raw) => new(Engine.Model, Plan.Route.Endpoint.Name, Plan.Route.ModelId, Plan.Request.Prompt, raw, []);

    /// <summary>Stops it at once: the token is cancelled on the caller's thread, which closes the connection. Does nothing where it is over.</summary>
    public void Close(string why)
    {
        lock (gate)
        {
            if (progress.Ended is not null || closed is not null)
            {
                return;
            }
            closed = why;
        }
        closing.Cancel();
    }

    /// <summary>Runs to the end; never throws. The end is in <see cref="Progress"/>.</summary>
    public async Task RunAsync(IFimClient client, Scheduler scheduler, ILogger logger)
    {
        try
        {
            await Task.Delay(Plan.Pause, clock, closing.Token);
            Asked = true;
            Publish(GenerationPhase.Asking, "", null);
            using var lease = await scheduler.AcquireAsync(Plan.Route, RequestClass.Completion, Plan.Query.Uri, closing.Token);
            End(lease is null ? new GenerationEnd("a newer one waits for the model", null, null) : new GenerationEnd(null, null, await StreamAsync(client, lease)));
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            End(new GenerationEnd(closed ?? "closed", null, null));
        }
        catch (ModelServerException failure)
        {
            End(new GenerationEnd(null, failure, null));
        }
        catch (Exception bug)
        {
            // A bug in our own code must not leave its waiters waiting.
            Basics.Never.Happens(logger, "a generation ended with an exception that no server can cause", bug);
            End(new GenerationEnd("a bug; see the log", null, null));
        }
    }

    private async Task<FimEnd?> StreamAsync(IFimClient client, SlotLease lease)
    {
        var shaper = new DraftShaper(Plan.Query.Continued, Plan.Rules);
        var raw = new StringBuilder();
        await foreach (var chunk in client.StreamAsync(Plan.Route, Plan.Request with { Lease = lease }, closing.Token))
        {
            raw.Append(chunk.Text);
            Publish(GenerationPhase.Streaming, raw.ToString(), null);
            if (chunk.End is { } end)
            {
                return end;
            }
            if (shaper.Feed(chunk.Text).Progress == ShapeProgress.Enough)
            {
                // Leaving the loop disposes the stream, which closes its connection: nothing more is generated.
                return null;
            }
        }
        return null;
    }

    private void End(GenerationEnd end) => Publish(GenerationPhase.Over, Progress.Raw, end);

    private void Publish(GenerationPhase phase, string raw, GenerationEnd? end)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            before = changed;
            changed = NewSignal();
            progress = new GenerationProgress(phase, raw, end, changed.Task);
        }
        before.SetResult();
    }

    // Continuations run elsewhere: a waiter must not hold up the stream.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
