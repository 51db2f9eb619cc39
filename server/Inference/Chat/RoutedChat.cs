using System.Runtime.CompilerServices;
using Assistant.Inference.Clients;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Routing.Fallback;
using Assistant.Routing.Scheduling;
using Assistant.Usage;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Chat;

/// <summary>
/// Chat for one task: routes, schedules, fits into the context and measures each request. A request that fails before its first visible
/// content is tried at another route; a later failure ends the answer with one error that keeps the text received so far.
/// </summary>
internal sealed class RoutedChat(
    ModelTask task,
    FallbackChain chain,
    IEndpointClients clients,
    RetryPolicies retries,
    EndpointRegistry endpoints,
    IRequestRecords records,
    TimeProvider clock) : IChatClient
{
    // Largest share of the context to use after the estimate was too low.
    private const double ShrunkShare = 0.6;

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] conversation = [.. messages];
        var attempts = new AttemptBudget(AttemptBudget.Chat);
        await using var open = await chain.OpenAsync(
            RequestOf(conversation, options), KindOf(options), retries.Chat, attempts,
            (lease, token) => BeginAsync(lease, attempts, conversation, options, token, cancellationToken), cancellationToken);
        while (await open.MoveNextAsync())
        {
            yield return open.Current;
        }
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        // The caller sees nothing before the end: an answer that breaks off may be asked for elsewhere too.
        ChatMessage[] conversation = [.. messages];
        var attempts = new AttemptBudget(AttemptBudget.Chat);
        return await chain.OpenAsync(
            RequestOf(conversation, options), KindOf(options), retries.Chat, attempts, WholeAsync, cancellationToken);

        async Task<ChatResponse> WholeAsync(SlotLease lease, CancellationToken token)
        {
            await using var open = await BeginAsync(lease, attempts, conversation, options, token, token);
            var updates = new List<ChatResponseUpdate>();
            while (await open.MoveNextAsync())
            {
                updates.Add(open.Current);
            }
            var answer = updates.ToChatResponse();
            // ToChatResponse puts the properties of updates with a message id on the message, not on the response.
            ChatRequestOptions.Mark(answer.AdditionalProperties ??= [], lease.Route);
            return answer;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    /// <summary>
    /// Sends the request and waits for its first visible content. A prompt that did not fit is shortened once, if an attempt is left.
    /// </summary>
    private async Task<ChatStream> BeginAsync(
        SlotLease lease,
        AttemptBudget attempts,
        IReadOnlyList<ChatMessage> conversation,
        ChatOptions? options,
        CancellationToken beginning,
        CancellationToken whole)
    {
        var context = lease.Route.ContextTokens;
        var fitted = PromptBudget.Fit(conversation, options, context);
        try
        {
            return await OnceAsync(fitted);
        }
        catch (ModelServerException failure) when (failure.Fault == ModelFault.ContextOverflow)
        {
            var reported = Math.Min(context, failure.Refusal?.ContextTokens ?? context);
            if (reported < context)
            {
                endpoints.Of(lease.Route.Endpoint).Invalidate();
            }
            // The share shrinks by the ratio of the estimate to the server's count.
            var share = failure.Refusal?.PromptTokens is { } counted
                ? Math.Min(ShrunkShare, 0.95 * PromptBudget.Tokens(fitted, options) / counted)
                : ShrunkShare;
            var shrunk = PromptBudget.Fit(conversation, options, reported, share);
            if (PromptBudget.Tokens(shrunk, options) >= PromptBudget.Tokens(fitted, options) || !attempts.TryTake())
            {
                throw;
            }
            return await OnceAsync(shrunk);
        }

        async Task<ChatStream> OnceAsync(IReadOnlyList<ChatMessage> prompt)
        {
            var latency = endpoints.Of(lease.Route.Endpoint).LatencyOf(lease.Route.ModelId, lease.Kind);
            var meter = new RequestMeter(lease.Route, task, lease, latency, records, clock, whole);
            var open = new ChatStream(
                clients.Chat(lease.Route, attempts), lease, meter, prompt, OptionsFor(options, lease), beginning, whole);
            try
            {
                await open.BeginAsync();
                return open;
            }
            catch
            {
                await open.CloseAsync();
                throw;
            }
        }
    }

    private RouteRequest RequestOf(IReadOnlyList<ChatMessage> conversation, ChatOptions? options) => new(
        task,
        options?.ModelId,
        Tools: options?.Tools is { Count: > 0 },
        PromptTokens: PromptBudget.Tokens(conversation, options) + (options?.MaxOutputTokens ?? 0),
        Document: options?.AdditionalProperties?.TryGetValue(ChatRequestOptions.Document, out string? document) == true
            ? document
            : options?.ConversationId);

    private RequestClass KindOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(ChatRequestOptions.Background, out bool background) == true && background
            ? RequestClass.Background
        : task is ModelTask.NextEdit or ModelTask.Completion ? RequestClass.Edit
        : RequestClass.Chat;

    private static ChatOptions OptionsFor(ChatOptions? options, SlotLease lease)
    {
        var own = options?.Clone() ?? new ChatOptions();
        // The route names the model; the messages hold the whole conversation.
        (own.ModelId, own.ConversationId) = (null, null);
        own.MaxOutputTokens ??= PromptBudget.AnswerTokens(options, lease.Route.ContextTokens);
        if (lease.Slot is { } slot)
        {
            (own.AdditionalProperties ??= [])[WireOptions.Slot] = slot;
        }
        return own;
    }
}
