using Assistant.Families;
using Assistant.Inference.ToolCalls;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace Assistant.Inference.Clients;

// JsonPatch, the SDK's access to members that it does not declare (id_slot), is experimental.
#pragma warning disable SCME0001

/// <summary>Converts chat options for the SDK's adapter and adds the members that local servers need.</summary>
internal static class ChatOptionsAdapter
{
    private const int DefaultMaxTokens = 4_096;
    private const int DefaultMaxTokensWithReasoning = 8_192;
    private const int DefaultMinTokens = 256;

    public static ChatOptions Of(ModelRoute route, ToolExchange exchange, ChatOptions? options)
    {
        var sent = options?.Clone() ?? new ChatOptions();
        // The route names the model; the messages hold the instructions, the raw options the tools and the format.
        (sent.ModelId, sent.Instructions, sent.Tools, sent.ResponseFormat) = (null, null, null, null);
        sent.MaxOutputTokens ??= DefaultTokens(route);
        sent.Reasoning = new ReasoningOptions { Effort = Effort(route, options?.Reasoning?.Effort) };
        sent.RawRepresentationFactory = _ => Raw(route, exchange, options);
        return sent;
    }

    /// <summary>
    /// Options that the adapter lacks or changes: the adapter makes every property of an answer's schema required, adds members to the
    /// schemas of tools, which chat templates print, and always sends a tool_choice.
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
            OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(
                json.SchemaName ?? "answer", BinaryData.FromString(schema.GetRawText()), json.SchemaDescription),
        ChatResponseFormatJson => OpenAI.Chat.ChatResponseFormat.CreateJsonObjectFormat(),
        _ => null,
    };

    /// <summary>The format as an instruction, for mlx, which has no constrained output; null for other servers.</summary>
    public static string? FormatInstruction(ModelRoute route, Microsoft.Extensions.AI.ChatResponseFormat? format) =>
        route.Kind != EndpointKind.Mlx || format is not ChatResponseFormatJson json ? null
        : json.Schema is { } schema ? $"Answer with JSON only, without a fence. It must fit this schema: {schema.GetRawText()}"
        : "Answer with one JSON object only, without a fence.";

    /// <summary>At most half of the context: the prompt needs the other half.</summary>
    private static int DefaultTokens(ModelRoute route) => Math.Clamp(
        route.ContextTokens / 2,
        DefaultMinTokens,
        route.Family.Reasoning is Reasoning.Never or Reasoning.Unknown ? DefaultMaxTokens : DefaultMaxTokensWithReasoning);

    /// <summary>The effort to send; null sends none.</summary>
    private static ReasoningEffort? Effort(ModelRoute route, ReasoningEffort? wanted) => (route.Family.Reasoning, wanted) switch
    {
        (_, null) => null,
        (Reasoning.Toggle, ReasoningEffort.None) => wanted,
        // gpt-oss cannot turn reasoning off. For a cloud service its dialect decides which models accept an effort.
        (Reasoning.Effort, _) => Level(wanted.Value),
        (_, _) when route.Kind == EndpointKind.OpenAi => Level(wanted.Value),
        _ => null,
    };

    /// <summary>The nearest of the three levels that servers accept.</summary>
    private static ReasoningEffort Level(ReasoningEffort wanted) => wanted switch
    {
        ReasoningEffort.None => ReasoningEffort.Low,
        ReasoningEffort.ExtraHigh => ReasoningEffort.High,
        _ => wanted,
    };
}
