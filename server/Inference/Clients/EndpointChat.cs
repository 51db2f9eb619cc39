using System.Runtime.CompilerServices;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Clients;

/// <summary>
/// One chat request to one endpoint. Tools are sent in the mode that the model supports; in every mode, calls arrive whole.
/// </summary>
internal sealed class EndpointChat(
    ModelEndpoint endpoint, ModelRoute route, ToolCallModes modes, AttemptBudget? attempts, TimeProvider clock) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var conversation = messages.ToArray();
        var tools = OfferedTools.Of(options);
        var mode = ModeOf(tools, options);
        var whole = options?.AdditionalProperties?.TryGetValue(WireOptions.Whole, out bool asked) == true && asked;
        for (ToolCallMode? next = mode; next is not null;)
        {
            var exchange = ToolExchange.Of(next.Value, tools, conversation, options);
            var answer = new Answer(route, tools, exchange.Reader, clock);
            next = null;
            using var request = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await using var updates = Updates(exchange, options, whole, request.Token).GetAsyncEnumerator(request.Token);
            while (await MoveAsync())
            {
                if (answer.Take(updates.Current) is { Count: > 0 } contents)
                {
                    yield return answer.Update(contents);
                }
            }
            if (next is null)
            {
                yield return answer.Update(Ended(answer));
            }

            async ValueTask<bool> MoveAsync()
            {
                try
                {
                    return await FaultTranslator.StepAsync(updates.MoveNextAsync, endpoint, cancellationToken);
                }
                catch (ModelServerException failure)
                    when (mode == ToolCallMode.Native && !whole && !answer.AnyShown && ToolCallModes.IsToolFailure(failure))
                {
                    mode = modes.FallBack(route);
                    if (attempts?.TryTake() == false)
                    {
                        throw;
                    }
                    next = mode;
                    return false;
                }
            }
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(route.Endpoint.Name, route.Endpoint.BaseUrl, route.ModelId)
        : null;

    public void Dispose()
    {
    }

    private ToolCallMode ModeOf(OfferedTools tools, ChatOptions? options) =>
        !tools.Any ? ToolCallMode.None
        : options!.AdditionalProperties?.TryGetValue(WireOptions.ToolCallMode, out ToolCallMode forced) == true ? forced
        : modes.ForRequest(route);

    /// <summary>The adapter's updates: a stream, or the few updates of one whole reply.</summary>
    private async IAsyncEnumerable<ChatResponseUpdate> Updates(
        ToolExchange exchange, ChatOptions? options, bool whole, [EnumeratorCancellation] CancellationToken token)
    {
        var client = SdkClients.Chat(endpoint.Client(route.Kind), route, attempts, token);
        var (messages, sent) = (MessagesOf(exchange), ChatOptionsAdapter.Of(route, exchange, options));
        var updates = whole
            ? (await client.GetResponseAsync(messages, sent, token)).ToChatResponseUpdates().ToAsyncEnumerable()
            : client.GetStreamingResponseAsync(messages, sent, token);
        await foreach (var update in updates)
        {
            yield return update;
        }
    }

    private List<ChatMessage> MessagesOf(ToolExchange exchange)
    {
        string?[] instructions = [exchange.Instructions, ChatOptionsAdapter.FormatInstruction(route, exchange.Format)];
        return ChatMessageNormalizer.Of(
            exchange.Messages, string.Join("\n\n", instructions.Where(text => text is { Length: > 0 })));
    }

    private List<AIContent> Ended(Answer answer)
    {
        var contents = answer.End();
        endpoint.Succeeded();
        if (answer.ModelId != route.ModelId && route.Kind == EndpointKind.LmStudio)
        {
            // With one model loaded LM Studio answers for any other name: the cached catalog is out of date.
            endpoint.Invalidate();
        }
        return contents;
    }
}
