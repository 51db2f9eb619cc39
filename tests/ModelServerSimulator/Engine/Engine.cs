using System.Runtime.CompilerServices;

namespace ModelServerSimulator;

/// <summary>What an engine is asked to generate.</summary>
/// <param name="Prompt">Its tokens.</param>
/// <param name="Answer">The tokens that the model would write, up to its end token.</param>
/// <param name="MaxTokens">Tokens at most; null has no bound but the context.</param>
/// <param name="Unloaded">Cancelled when the model is unloaded under the generation.</param>
internal sealed record Job(
    SimulatedModel Model, IReadOnlyList<string> Prompt, Answer Answer, int? MaxTokens, Stops Stops, HangUps HangUps,
    CancellationToken Unloaded = default);

/// <summary>When a server notices that its client has hung up.</summary>
/// <param name="WhileReading">
/// While the prompt is read, between two steps or, if it has no steps, at once; else not before the prompt is read.
/// </param>
/// <param name="AtAll">False if it generates to the end whatever happens.</param>
/// <param name="ReadingStep">Prompt tokens that are read at a time.</param>
internal sealed record HangUps(bool WhileReading, bool AtAll = true, int? ReadingStep = null);

internal abstract record Step;

/// <summary>So many of the prompt tokens that were not in the cache are read.</summary>
internal sealed record Prefilled(int Done, int Total) : Step;

/// <summary>Text that may go out, made by one token; empty where the token waits to be told from a stop.</summary>
/// <param name="SoFar">What is used up to this token.</param>
/// <param name="Ends">Whether its segment ends with it.</param>
internal sealed record Text(string Value, Segment Of, bool Ends, Usage SoFar) : Step;

/// <summary>The generation is over.</summary>
/// <param name="Rest">Text that was still held back.</param>
internal sealed record Finished(string Reason, string Rest, Usage Usage) : Step;

/// <param name="CachedTokens">Prompt tokens that did not have to be read.</param>
internal sealed record Usage(int PromptTokens, int CachedTokens, int CompletionTokens, double PrefillMs, double GenerateMs);

/// <summary>Slots, prefill and tokens in their time. One prompt is read at a time; slots generate side by side.</summary>
internal sealed class Engine(RequestLog log, Func<SimulatorOptions> options, Func<Task> held)
{
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly Slots slots = new();

    public RequestLog Log => log;

    /// <summary>The thread that generates has died; only a restart helps.</summary>
    public bool Dead { get; private set; }

    public void Die() => Dead = true;

    /// <summary>Slots that hold a generation now, for the servers that tell.</summary>
    public IReadOnlyList<bool> Busy(SimulatedModel model) => slots.Busy(model);

    /// <summary>
    /// Runs the job to its end, or until its client has hung up and this server would notice; then it throws
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    public async IAsyncEnumerable<Step> RunAsync(Job job, LoggedRequest record, CancellationToken peerGone,
        [EnumeratorCancellation] CancellationToken stop)
    {
        var clock = options().Clock;
        using var noticed =
            CancellationTokenSource.CreateLinkedTokenSource(stop, job.Unloaded, job.HangUps.AtAll ? peerGone : CancellationToken.None);
        var whileReading = job.HangUps is { AtAll: true, WhileReading: true, ReadingStep: null } ? noticed.Token : stop;

        var lives = false;
        Slot? slot = null;
        try
        {
            slot = await QueuedAsync(slots.TakeAsync(job.Model, job.Prompt, noticed.Token));
            // At least one token is read anew: its outcome is the first of the answer.
            var cached = Math.Min(slot.Common(job.Prompt), job.Prompt.Count - 1);
            record.Planned(job.Prompt.Count, cached);

            await QueuedAsync(TurnToReadAsync(noticed.Token));
            log.Lives(+1);
            lives = true;
            var started = clock.GetTimestamp();
            var done = cached;
            try
            {
                var total = job.Prompt.Count - cached;
                yield return new Prefilled(0, total);
                while (done < job.Prompt.Count)
                {
                    // Servers that read in steps read the last token apart, since its outcome starts the answer.
                    var left = job.Prompt.Count - done;
                    var next = job.HangUps.ReadingStep is { } step ? Math.Min(step, Math.Max(1, left - 1)) : left;
                    await ReadAsync(next, done, cached, record, whileReading);
                    done += next;
                    slot.Keep(job.Prompt, done);
                    var release = held();
                    if (done == job.Prompt.Count && options().HoldPrefill)
                    {
                        await release.WaitAsync(whileReading);
                    }
                    record.Read(done - cached, done == job.Prompt.Count);
                    yield return new Prefilled(done - cached, total);
                    if (job.HangUps is { AtAll: true, WhileReading: true })
                    {
                        ThrowIfNoticed();
                    }
                }
            }
            finally
            {
                slot.Keep(job.Prompt, done);
                reading.Release();
            }

            var read = clock.GetTimestamp();
            var produced = 0;
            string? reason = null;
            var rest = "";
            while (reason is null)
            {
                ThrowIfNoticed();
                // Asked for before the options: whoever releases changes them first.
                var go = held();
                var now = options();
                if (Dead || now.Fault == Fault.Wedge)
                {
                    // The thread that generates is dead: nothing ever comes, and nothing notices a hang-up.
                    await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop);
                }
                if (now.HoldAfterTokens == produced)
                {
                    await go.WaitAsync(noticed.Token);
                }
                if (now.TokenDelay > TimeSpan.Zero)
                {
                    await Task.Delay(now.TokenDelay, clock, noticed.Token);
                }
                produced++;
                record.Produced();
                if (produced > job.Answer.Tokens.Count)
                {
                    // The end token counts as one.
                    (reason, rest) = (job.Answer.Reason, job.Stops.Flush());
                    break;
                }
                var token = job.Answer.Tokens[produced - 1];
                slot.Append(token.Text);
                if (token.Of != Segment.Content && job.Stops.Flush() is { Length: > 0 } before)
                {
                    yield return new Text(before, Segment.Content, Ends: true, Used());
                }
                var (text, stopped) = token.Of == Segment.Content ? job.Stops.Feed(token.Text) : (token.Text, false);
                if (stopped)
                {
                    (reason, rest) = ("stop", text);
                }
                else
                {
                    yield return new Text(text, token.Of, token.Ends, Used());
                    if (produced >= (job.MaxTokens ?? int.MaxValue) || job.Prompt.Count + produced >= job.Model.ContextTokens)
                    {
                        (reason, rest) = ("length", job.Stops.Flush());
                    }
                }
            }
            record.Finished(reason);
            yield return new Finished(reason, rest, Used());

            Usage Used() => new(
                job.Prompt.Count, cached, produced, clock.GetElapsedTime(started, read).TotalMilliseconds,
                clock.GetElapsedTime(read).TotalMilliseconds);
        }
        finally
        {
            log.Lives(lives ? -1 : 0);
            slots.Give(slot);
        }

        void ThrowIfNoticed()
        {
            stop.ThrowIfCancellationRequested();
            job.Unloaded.ThrowIfCancellationRequested();
            if (job.HangUps.AtAll)
            {
                peerGone.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<bool> TurnToReadAsync(CancellationToken token)
    {
        await reading.WaitAsync(token);
        return true;
    }

    /// <summary>Counts whoever does not get its turn at once.</summary>
    private async Task<T> QueuedAsync<T>(Task<T> turn)
    {
        if (turn.IsCompleted)
        {
            return await turn;
        }
        log.Waits(+1);
        try
        {
            return await turn;
        }
        finally
        {
            log.Waits(-1);
        }
    }

    private async Task ReadAsync(int tokens, int done, int cached, LoggedRequest record, CancellationToken stop)
    {
        var now = options();
        if (now.PrefillTokensPerSecond <= 0)
        {
            return;
        }
        var started = now.Clock.GetTimestamp();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(tokens / now.PrefillTokensPerSecond), now.Clock, stop);
        }
        catch (OperationCanceledException)
        {
            var read = (int)Math.Min(tokens, now.Clock.GetElapsedTime(started).TotalSeconds * now.PrefillTokensPerSecond);
            record.Read(done + read - cached, finished: false);
            throw;
        }
    }
}
