using Assistant.Families;
using Assistant.Inference.ToolCalls;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace Assistant.Inference.Clients;

// JsonPatch, the SDK's own way to members that it does not have (id_slot), is marked experimental.
#pragma warning disable SCME0001

/// <summary>The options of a chat for the adapter to the SDK, with what local servers need on top.</summary>
internal static class SdkOptions
{
    private const int MostTokens = 4_096;
    private const int MostTokensWhereItThinks = 8_192;
    private const int LeastTokens = 256;

    public static ChatOptions Of(ModelRoute route, ToolExchange exchange, ChatOptions? options)
    {
        var sent = options?.Clone() ?? new ChatOptions();
        // The route says the model; the instructions are in the messages, tools and format in the raw options.
        (sent.ModelId, sent.Instructions, sent.Tools, sent.ResponseFormat) = (null, null, null, null);
        sent.MaxOutputTokens ??= DefaultTokens(route);
        sent.Reasoning = new ReasoningOptions { Effort = Effort(route, options?.Reasoning?.Effort) };
        sent.RawRepresentationFactory = _ => Raw(route, exchange, options);
        return sent;
    }

    /// <summary>
    /// Options that the adapter lacks or changes: in the schema of an answer it makes every property required, to the schemas of tools it adds
    /// members that chat templates print, and it always sends a tool_choice.
    /// </summary>
    private static ChatCompletionOptions Raw(ModelRoute route, ToolExchange exchange, ChatOptions? options)
    {
        var raw = new ChatCompletionOptions { ResponseFormat = Format(exchange.Format) };
        if (route.Kind == EndpointKind.LlamaCpp && options?.AdditionalProperties?.TryGetValue(WireOptions.Slot, out int slot) == true)
        {
            raw.Patch.Set("$.id_slot"u8, slot);
        }
        foreach (var tool in exchange.NativeTools)
        {
            raw.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.JsonSchema.GetRawText())));
        }
        if (raw.Tools.Count > 0)
        {
            raw.ToolChoice = options?.ToolMode switch
            {
                RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
                RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
                _ => null,
            };
            raw.AllowParallelToolCalls = options?.AllowMultipleToolCalls;
        }
        return raw;
    }

    private static OpenAI.Chat.ChatResponseFormat? Format(Microsoft.Extensions.AI.ChatResponseFormat? format) => format switch
    {
        ChatResponseFormatJson { Schema: { } schema } json =>
            OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(json.SchemaName ?? "answer", BinaryData.FromString(schema.GetRawText()), json.SchemaDescription),
        ChatResponseFormatJson => OpenAI.Chat.ChatResponseFormat.CreateJsonObjectFormat(),
        _ => null,
    };

    /// <summary>What the model is told where the server holds it to nothing (mlx); null elsewhere.</summary>
    public static string? FormatInWords(ModelRoute route, Microsoft.Extensions.AI.ChatResponseFormat? format) =>
        route.Kind != EndpointKind.Mlx || format is not ChatResponseFormatJson json ? null
        : json.Schema is { } schema ? $"Answer with JSON only, without a fence. It must fit this schema: {schema.GetRawText()}"
        : "Answer with one JSON object only, without a fence.";

    /// <summary>Half of the context at most: the other half is the question's.</summary>
    private static int DefaultTokens(ModelRoute route) => Math.Clamp(
        route.ContextTokens / 2, LeastTokens, route.Family.Reasoning is Reasoning.Never or Reasoning.Unknown ? MostTokens : MostTokensWhereItThinks);

    /// <summary>Null where the server is told nothing.</summary>
    private static ReasoningEffort? Effort(ModelRoute route, ReasoningEffort? wanted) => (route.Family.Reasoning, wanted) switch
    {
        (_, null) => null,
        (Reasoning.Toggle, ReasoningEffort.None) => wanted,
        // gpt-oss cannot be silenced. Which of a cloud's models can think its dialect knows.
        (Reasoning.Effort, _) => Level(wanted.Value),
        (_, _) when route.Kind == EndpointKind.OpenAi => Level(wanted.Value),
        _ => null,
    };

    /// <summary>The three levels that servers know.</summary>
    private static ReasoningEffort Level(ReasoningEffort wanted) => wanted switch
    {
        ReasoningEffort.None => ReasoningEffort.Low,
        ReasoningEffort.ExtraHigh => ReasoningEffort.High,
        _ => wanted,
    };
}
