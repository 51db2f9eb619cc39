using Assistant.Basics;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Chat;

/// <summary>
/// Shortens a conversation to fit a loaded context, by estimate: servers refuse a longer prompt, or cut it silently. The oldest turns
/// are removed first; system messages and the last turn stay, and only long tool results of the last turn are shortened.
/// </summary>
internal static class PromptBudget
{
    // Tokens of one message's role, separators and template.
    private const int PerMessage = 8;

    // The estimate's usual error for code.
    private const double Margin = 0.9;

    private const int MinResultCharacters = 1_000;

    /// <param name="share">Share of the context to use; less than 1 after a server refused the estimated length.</param>
    public static IReadOnlyList<ChatMessage> Fit(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, int contextTokens, double share = 1)
    {
        var room = Room(options, contextTokens, share);
        var kept = messages.ToList();
        var last = LastTurn(kept);
        for (var start = FirstOfHistory(kept, last); Tokens(kept, options) > room && start < last; start = FirstOfHistory(kept, last))
        {
            // Removes a whole turn, from one user message to the next: servers refuse a result without its call.
            var end = start + 1;
            while (end < last && kept[end].Role != ChatRole.User && kept[end].Role != ChatRole.System)
            {
                end++;
            }
            kept.RemoveRange(start, end - start);
            last -= end - start;
        }
        for (var at = last; at < kept.Count && Tokens(kept, options) > room; at++)
        {
            kept[at] = Shortened(kept[at], Tokens(kept, options) - room);
        }
        return kept;
    }

    /// <summary>Estimated tokens of the whole prompt with its tools.</summary>
    public static int Tokens(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        messages.Sum(message => PerMessage + TokenEstimate.Of(message.Contents.Sum(Characters)))
        + TokenEstimate.Of(options?.Instructions?.Length ?? 0)
        + (options?.Tools?.Sum(ToolTokens) ?? 0);

    /// <summary>Tokens of the context for the answer: the requested maximum, else a quarter, at most 8,192; never more than half.</summary>
    public static int AnswerTokens(ChatOptions? options, int contextTokens) =>
        Math.Min(options?.MaxOutputTokens ?? Math.Min(contextTokens / 4, 8_192), contextTokens / 2);

    private static int Room(ChatOptions? options, int contextTokens, double share) =>
        (int)((contextTokens * share * Margin) - AnswerTokens(options, (int)(contextTokens * share)));

    private static int LastTurn(List<ChatMessage> messages) =>
        Math.Max(0, messages.FindLastIndex(message => message.Role == ChatRole.User));

    private static int FirstOfHistory(List<ChatMessage> messages, int last)
    {
        var first = messages.FindIndex(message => message.Role != ChatRole.System);
        return first < 0 ? last : first;
    }

    private static int Characters(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent => 0,
        FunctionCallContent call => call.Name.Length
            + (call.Arguments?.Sum(argument => argument.Key.Length + (argument.Value?.ToString()?.Length ?? 0) + 6) ?? 0),
        FunctionResultContent result => result.Result?.ToString()?.Length ?? 0,
        _ => 0,
    };

    private static int ToolTokens(AITool tool)
    {
        var schemaLength = (tool as AIFunctionDeclaration)?.JsonSchema.GetRawText().Length ?? 0;
        return TokenEstimate.Of(tool.Name.Length + tool.Description.Length + schemaLength) + PerMessage;
    }

    private static ChatMessage Shortened(ChatMessage message, int tokensTooMany)
    {
        if (message.Role != ChatRole.Tool)
        {
            return message;
        }
        var tooMany = (int)(tokensTooMany * TokenEstimate.CharactersPerToken);
        var contents = new List<AIContent>();
        foreach (var content in message.Contents)
        {
            if (tooMany > 0
                && content is FunctionResultContent result && result.Result?.ToString() is { Length: > MinResultCharacters } text)
            {
                var length = Math.Max(MinResultCharacters, text.Length - tooMany - Cut.Length);
                tooMany -= text.Length - length;
                contents.Add(new FunctionResultContent(result.CallId, string.Concat(text.AsSpan(0, length), Cut)));
            }
            else
            {
                contents.Add(content);
            }
        }
        return new ChatMessage(message.Role, contents) { AuthorName = message.AuthorName, MessageId = message.MessageId };
    }

    private const string Cut = "\n(The rest was cut: it does not fit into the context.)";
}
