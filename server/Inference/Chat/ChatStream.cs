using System.Text;
using Assistant.Inference.Clients;
using Assistant.ModelServers;
using Assistant.Routing.Scheduling;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Chat;

/// <summary>
/// One chat answer as it arrives, measured and marked with its route. Its disposal closes the connection and releases the lease.
/// </summary>
internal sealed class ChatStream : IAsyncDisposable
{
    private readonly SlotLease lease;
    private readonly RequestMeter meter;
    private readonly IReadOnlyList<ChatMessage> prompt;
    private readonly ChatOptions options;
    private readonly CancellationTokenSource closing;
    private readonly CancellationTokenRegistration whileBeginning;
    private readonly IAsyncEnumerator<ChatResponseUpdate> updates;
    private readonly StringBuilder arrived = new();
    private readonly Queue<ChatResponseUpdate> ahead = [];
    private bool shown;
    private bool marked;
    private bool ended;
    private bool finished;

    /// <param name="beginning">Cancels the wait for the first content.</param>
    /// <param name="whole">Cancels the answer.</param>
    public ChatStream(
        IChatClient client,
        SlotLease lease,
        RequestMeter meter,
        IReadOnlyList<ChatMessage> prompt,
        ChatOptions options,
        CancellationToken beginning,
        CancellationToken whole)
    {
        (this.lease, this.meter, this.prompt, this.options) = (lease, meter, prompt, options);
        closing = CancellationTokenSource.CreateLinkedTokenSource(whole);
        whileBeginning = beginning.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), closing);
        updates = client.GetStreamingResponseAsync(prompt, options, closing.Token).GetAsyncEnumerator(closing.Token);
    }

    public ChatResponseUpdate Current { get; private set; } = null!;

    /// <summary>Reads until the first visible content, or to the end of the answer.</summary>
    /// <exception cref="ModelServerException">
    /// The request failed, or the answer is empty, most likely since the prompt was too long.
    /// </exception>
    public async Task BeginAsync()
    {
        while (!shown && await NextAsync())
        {
            ahead.Enqueue(updates.Current);
        }
        whileBeginning.Unregister();
        var context = lease.Route.ContextTokens;
        var wanted = PromptBudget.Tokens(prompt, options) + PromptBudget.AnswerTokens(options, context);
        if (!shown && ContextOverflow.IsSuspected(wanted, context))
        {
            throw ModelServerErrors.SuspectedOverflow(lease.Route.Endpoint, context);
        }
    }

    public async ValueTask<bool> MoveNextAsync()
    {
        if (ahead.TryDequeue(out var next))
        {
            Current = Marked(next);
            return true;
        }
        try
        {
            if (ended || !await NextAsync())
            {
                return false;
            }
        }
        catch (ModelServerException failure)
        {
            throw shown ? ModelServerErrors.Incomplete(failure, arrived.ToString()) : failure;
        }
        Current = Marked(updates.Current);
        return true;
    }

    /// <summary>Closes the connection and leaves the lease to its owner.</summary>
    public async Task CloseAsync()
    {
        await whileBeginning.DisposeAsync();
        await closing.CancelAsync();
        await updates.DisposeAsync();
        closing.Dispose();
        meter.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        lease.Dispose();
    }

    private async ValueTask<bool> NextAsync()
    {
        try
        {
            if (!await updates.MoveNextAsync())
            {
                ended = true;
                if (!finished)
                {
                    throw ModelServerErrors.CutShort(lease.Route.Endpoint);
                }
                meter.Answered();
                return false;
            }
        }
        catch (ModelServerException failure)
        {
            meter.Failed(failure.Fault);
            throw;
        }
        finished |= updates.Current.FinishReason is not null;
        Note(updates.Current);
        return true;
    }

    private void Note(ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            if (content is UsageContent { Details: var usage })
            {
                (meter.PromptTokens, meter.CachedTokens, meter.CompletionTokens) =
                    ((int?)usage.InputTokenCount, (int?)usage.CachedInputTokenCount, (int?)usage.OutputTokenCount);
                continue;
            }
            shown = true;
            meter.FirstToken();
            if (content is TextContent text)
            {
                arrived.Append(text.Text);
            }
        }
        if (update.AdditionalProperties?.TryGetValue(WireOptions.TokensPerSecond, out double speed) == true)
        {
            meter.TokensPerSecond = speed;
        }
    }

    // The first update carries the route for a reader of the stream, the last one for a reader of the whole answer.
    private ChatResponseUpdate Marked(ChatResponseUpdate update)
    {
        if (!marked || update.FinishReason is not null)
        {
            marked = true;
            update.ModelId ??= lease.Route.ModelId;
            ChatRequestOptions.Mark(update.AdditionalProperties ??= [], lease.Route);
        }
        return update;
    }
}
