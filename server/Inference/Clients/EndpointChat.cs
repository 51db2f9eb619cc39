using System.Runtime.CompilerServices;
using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace Assistant.Inference.Clients;

/// <summary>One chat request to one endpoint. Tools go in the mode that the model takes; calls come back whole, whichever mode it was.</summary>
internal sealed class EndpointChat(ModelEndpoint endpoint, ModelRoute route, ToolCallModes modes, TimeProvider clock) : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var conversation = messages.ToArray();
        var tools = OfferedTools.Of(options);
        var mode = ModeOf(tools, options);
        for (ToolCallMode? next = mode; next is not null;)
        {
            var exchange = ToolExchange.Of(next.Value, tools, conversation, options);
            var answer = new Answer(route, tools, exchange.Reader, clock);
            next = null;
            using var request = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await using var updates = SdkClients.Chat(endpoint.Client(route.Kind), route, request.Token)
                .CompleteChatStreamingAsync(MessagesOf(exchange), SdkOf(exchange, options), request.Token)
                .GetAsyncEnumerator(request.Token);
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
                catch (ModelServerException failure) when (mode == ToolCallMode.Native && !answer.AnyShown && ToolCallModes.IsServersOwnTrouble(failure))
                {
                    next = mode = modes.FallBack(route);
                    return false;
                }
            }
        }
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (options?.AdditionalProperties?.TryGetValue(WireOptions.Whole, out bool whole) != true || !whole)
        {
            return await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);
        }
        var tools = OfferedTools.Of(options);
        var exchange = ToolExchange.Of(ModeOf(tools, options), tools, [.. messages], options);
        var answer = new Answer(route, tools, exchange.Reader, clock);
        using var request = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var completion = await FaultTranslator.StepAsync(
            async () => (await SdkClients.Chat(endpoint.Client(route.Kind), route, request.Token)
                .CompleteChatAsync(MessagesOf(exchange), SdkOf(exchange, options), request.Token)).Value,
            endpoint, cancellationToken);
        ChatResponseUpdate[] updates = [answer.Update(answer.Take(completion)), answer.Update(Ended(answer))];
        return updates.ToChatResponse();
    }

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

    private List<OpenAI.Chat.ChatMessage> MessagesOf(ToolExchange exchange) => SdkMessages.Of(
        exchange.Messages,
        string.Join("\n\n", ((string?[])[exchange.Instructions, SdkOptions.FormatInWords(route, exchange.Format)]).Where(text => text is { Length: > 0 })));

    private ChatCompletionOptions SdkOf(ToolExchange exchange, ChatOptions? options)
    {
        var sdk = SdkOptions.Of(route, options);
        sdk.ResponseFormat = SdkOptions.Format(exchange.Format);
        foreach (var tool in exchange.NativeTools)
        {
            sdk.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.JsonSchema.GetRawText())));
        }
        if (sdk.Tools.Count > 0)
        {
            sdk.ToolChoice = options?.ToolMode switch
            {
                RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
                RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
                _ => null,
            };
            sdk.AllowParallelToolCalls = options?.AllowMultipleToolCalls;
        }
        return sdk;
    }

    private List<AIContent> Ended(Answer answer)
    {
        var contents = answer.End();
        endpoint.Succeeded();
        if (answer.ModelId != route.ModelId && route.Kind == EndpointKind.LmStudio)
        {
            // With one model loaded LM Studio answers for any other name: what is known of it is out of date.
            endpoint.Invalidate();
        }
        return contents;
    }
}
