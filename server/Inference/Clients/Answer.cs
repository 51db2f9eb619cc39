using System.Text;
using Assistant.Inference.ToolCalls;
using Assistant.Routing;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace Assistant.Inference.Clients;

#pragma warning disable SCME0001 // JsonPatch, the SDK's access to members that it does not declare (timings), is experimental.

/// <summary>One answer as it arrives: converts the adapter's updates into contents with whole calls, and ends with the usage.</summary>
internal sealed class Answer(ModelRoute route, OfferedTools tools, IAnswerReader reader, TimeProvider clock)
{
    private readonly string id = $"answer_{Guid.NewGuid():N}";
    private readonly List<NativeCall> calls = [];
    private readonly StringBuilder thinking = new();
    private UsageDetails? usage;
    private int? cachedByTimings;
    private double? tokensPerSecond;
    private bool wasCut;
    private bool anyCall;
    private bool anyAnswer;
    private bool ended;
    private long firstTokenAt;

    /// <summary>The model that answered, as the server reports it.</summary>
    public string ModelId { get; private set; } = route.ModelId;

    /// <summary>The caller has received content: a second try would show it twice.</summary>
    public bool AnyShown { get; private set; }

    public IReadOnlyList<AIContent> Take(ChatResponseUpdate update)
    {
        ModelId = update.ModelId is { Length: > 0 } model ? model : ModelId;
        wasCut |= update.FinishReason == ChatFinishReason.Length;
        if (update.RawRepresentation is StreamingChatCompletionUpdate chunk)
        {
            TakeChunk(chunk);
        }
        List<AIContent> contents = [];
        // The adapter lists the text before the reasoning; a chunk that has both ends the reasoning.
        foreach (var content in update.Contents.OrderBy(content => content is not TextReasoningContent))
        {
            switch (content)
            {
                case TextReasoningContent { Text.Length: > 0 } reasoning:
                    contents.Add(reasoning);
                    thinking.Append(tools.Any ? reasoning.Text : "");
                    break;
                case TextContent { Text.Length: > 0 } text:
                    contents.AddRange(reader.Feed(text.Text));
                    break;
                case FunctionCallContent { RawRepresentation: ChatToolCall call }:
                    calls.Add(new NativeCall
                    {
                        Id = call.Id,
                        Name = call.FunctionName,
                        Arguments = new(call.FunctionArguments.ToString()),
                    });
                    break;
                case UsageContent { Details: var details }:
                    usage = details;
                    break;
            }
        }
        return Track(contents);
    }

    /// <summary>The text that was held back, the calls, and the usage.</summary>
    public List<AIContent> End()
    {
        List<AIContent> contents = [.. reader.End(wasCut)];
        contents.AddRange(calls.Where(call => call.Name is { Length: > 0 })
            .Select(call => ToolArguments.Call(tools, call.Id, call.Name!, call.Arguments.ToString(), wasCut)));
        if (!anyAnswer && contents.Count == 0)
        {
            contents.AddRange(CallsInThinking());
        }
        Track(contents);
        if (usage is not null)
        {
            usage.CachedInputTokenCount ??= cachedByTimings;
            contents.Add(new UsageContent(usage));
        }
        ended = true;
        return contents;
    }

    public ChatResponseUpdate Update(IReadOnlyList<AIContent> contents)
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, [.. contents]) { ResponseId = id, MessageId = id, ModelId = ModelId };
        if (ended)
        {
            update.FinishReason = wasCut ? ChatFinishReason.Length : anyCall ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
            if ((tokensPerSecond ?? Measured()) is { } speed)
            {
                update.AdditionalProperties = new AdditionalPropertiesDictionary { [WireOptions.TokensPerSecond] = speed };
            }
        }
        return update;
    }

    /// <summary>
    /// Reads the timings, which the adapter ignores, and the calls as the model wrote them: the adapter drops arguments that are not strict
    /// JSON.
    /// </summary>
    private void TakeChunk(StreamingChatCompletionUpdate chunk)
    {
        if (chunk.Patch.TryGetValue("$.timings.predicted_per_second"u8, out double speed))
        {
            tokensPerSecond = speed;
            cachedByTimings = chunk.Patch.TryGetValue("$.timings.cache_n"u8, out int cached) ? cached : null;
        }
        foreach (var part in chunk.ToolCallUpdates)
        {
            while (calls.Count <= part.Index)
            {
                calls.Add(new NativeCall());
            }
            var call = calls[part.Index];
            call.Id ??= part.ToolCallId;
            call.Name ??= part.FunctionName;
            call.Arguments.Append(part.FunctionArgumentsUpdate?.ToString());
        }
    }

    /// <summary>
    /// The calls in the reasoning text, for an answer that has no other content: some models end their reasoning only after the call (LM
    /// Studio's tracker, 1870).
    /// </summary>
    private IEnumerable<AIContent> CallsInThinking()
    {
        var reader = new TextCalls(tools);
        return ((AIContent[])[.. reader.Feed(thinking.ToString()), .. reader.End(wasCut)]).OfType<FunctionCallContent>();
    }

    private double? Measured() =>
        usage is { OutputTokenCount: > 1 and var count } && firstTokenAt != 0
        && clock.GetElapsedTime(firstTokenAt).TotalSeconds is > 0 and var seconds
            ? (count - 1) / seconds
            : null;

    private List<AIContent> Track(List<AIContent> contents)
    {
        if (contents.Count > 0)
        {
            AnyShown = true;
            anyAnswer |= contents.Exists(content => content is not TextReasoningContent);
            anyCall |= contents.Exists(content => content is FunctionCallContent);
            firstTokenAt = firstTokenAt == 0 ? clock.GetTimestamp() : firstTokenAt;
        }
        return contents;
    }

    private sealed class NativeCall
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; init; } = new();
    }
}
