using Assistant.Families;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace Assistant.Inference.Clients;

// JsonPatch, the SDK's own way to members that it does not have (max_tokens), is marked experimental.
#pragma warning disable SCME0001

/// <summary>The options of a chat in the SDK's form, with what local servers need on top.</summary>
internal static class SdkOptions
{
    private const int MostTokens = 4_096;
    private const int MostTokensWhereItThinks = 8_192;
    private const int LeastTokens = 256;

    public static ChatCompletionOptions Of(ModelRoute route, ChatOptions? options)
    {
        var sdk = new ChatCompletionOptions
        {
            Temperature = options?.Temperature,
            TopP = options?.TopP,
            FrequencyPenalty = options?.FrequencyPenalty,
            PresencePenalty = options?.PresencePenalty,
        };
        foreach (var stop in options?.StopSequences ?? [])
        {
            sdk.StopSequences.Add(stop);
        }
        // MaxOutputTokenCount would be max_completion_tokens, which Ollama and older llama-servers ignore.
        sdk.Patch.Set("$.max_tokens"u8, options?.MaxOutputTokens ?? DefaultTokens(route));
        if (Effort(route, options?.Reasoning?.Effort) is { } effort)
        {
            sdk.Patch.Set("$.reasoning_effort"u8, effort);
        }
        if (route.Kind == EndpointKind.LlamaCpp && options?.AdditionalProperties?.TryGetValue(WireOptions.Slot, out int slot) == true)
        {
            sdk.Patch.Set("$.id_slot"u8, slot);
        }
        if (options?.Seed is { } seed)
        {
            sdk.Patch.Set("$.seed"u8, seed);
        }
        return sdk;
    }

    public static OpenAI.Chat.ChatResponseFormat? Format(Microsoft.Extensions.AI.ChatResponseFormat? format) => format switch
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

    private static string? Effort(ModelRoute route, ReasoningEffort? wanted) => (route.Family.Reasoning, wanted) switch
    {
        (_, null) => null,
        (Reasoning.Toggle, ReasoningEffort.None) => "none",
        // gpt-oss cannot be silenced. Which of a cloud's models can think its dialect knows.
        (Reasoning.Effort, _) => Level(wanted.Value),
        (_, _) when route.Kind == EndpointKind.OpenAi => Level(wanted.Value),
        _ => null,
    };

    private static string Level(ReasoningEffort wanted) => wanted switch
    {
        ReasoningEffort.None or ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        _ => "high",
    };
}
