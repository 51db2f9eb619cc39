using System.Text;
using Assistant.Inference.ToolCalls;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assistant.Inference.Clients;

/// <summary>
/// Brings a conversation into the form that every chat template accepts: one system message, at the start; no empty message; no two user
/// messages in a row; no reasoning of former answers, which the templates would drop anyway.
/// </summary>
internal static class ChatMessageNormalizer
{
    /// <param name="instructions">Text that is put before the conversation's own system text.</param>
    public static List<ChatMessage> Of(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var system = new StringBuilder(instructions);
        var all = new List<ChatMessage>();
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System && all.Count == 0)
            {
                system.Append(system.Length > 0 ? "\n\n" : "").Append(message.Text);
            }
            else if (message.Role == ChatRole.User || message.Role == ChatRole.System)
            {
                // Several templates fail at a system message in mid-conversation.
                AddUser(all, message);
            }
            else if (message.Role == ChatRole.Tool)
            {
                var results = message.Contents.OfType<FunctionResultContent>()
                    .Select(result => new FunctionResultContent(result.CallId, FunctionContentText.TextOf(result)));
                all.Add(new ChatMessage(ChatRole.Tool, [.. results]));
            }
            else if (message.Contents.Any(content => content is FunctionCallContent or TextContent { Text.Length: > 0 }))
            {
                all.Add(Assistant(message));
            }
        }
        if (system.Length > 0)
        {
            all.Insert(0, new ChatMessage(ChatRole.System, system.ToString()));
        }
        return all;
    }

    private static ChatMessage Assistant(ChatMessage message)
    {
        var assistant = new ChatMessage(ChatRole.Assistant, message.Text);
        if (message.Contents.OfType<FunctionCallContent>().ToArray() is { Length: > 0 } calls)
        {
            // The adapter indents arguments, so that the prompt no longer matches the server's cache, and throws at types that it does not
            // know.
            var sdk = new AssistantChatMessage(calls.Select(call =>
                ChatToolCall.CreateFunctionToolCall(call.CallId, call.Name, BinaryData.FromString(FunctionContentText.ArgumentsOf(call)))));
            if (assistant.Text.Length > 0)
            {
                sdk.Content.Add(ChatMessageContentPart.CreateTextPart(assistant.Text));
            }
            assistant.RawRepresentation = sdk;
        }
        return assistant;
    }

    private static void AddUser(List<ChatMessage> all, ChatMessage message)
    {
        var last = all.LastOrDefault();
        var user = last?.Role == ChatRole.User ? last : new ChatMessage(ChatRole.User, []);
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } text when user.Contents is [.., TextContent before]:
                    before.Text += "\n\n" + text.Text;
                    break;
                case TextContent { Text.Length: > 0 } text:
                    user.Contents.Add(new TextContent(text.Text));
                    break;
                case DataContent data when data.HasTopLevelMediaType("image"):
                    user.Contents.Add(data);
                    break;
            }
        }
        if (user != last && user.Contents.Count > 0)
        {
            all.Add(user);
        }
    }
}
