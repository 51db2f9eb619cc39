using System.Text;
using Assistant.Inference.ToolCalls;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assistant.Inference.Clients;

/// <summary>
/// A conversation as every chat template can take it: one system text, first; no empty message; no user after a user; reasoning of former
/// answers left out, as the templates themselves would.
/// </summary>
internal static class SdkMessages
{
    /// <param name="instructions">Stands before the conversation's own system text.</param>
    public static List<OpenAI.Chat.ChatMessage> Of(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var system = new StringBuilder(instructions);
        var all = new List<OpenAI.Chat.ChatMessage>();
        var user = new List<ChatMessageContentPart>();
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System && all.Count == 0 && user.Count == 0)
            {
                system.Append(system.Length > 0 ? "\n\n" : "").Append(message.Text);
                continue;
            }
            if (message.Role == ChatRole.User || message.Role == ChatRole.System)
            {
                // A system text in mid-conversation makes several templates fail.
                AddParts(user, message);
                continue;
            }
            Close(user, all);
            if (message.Role == ChatRole.Tool)
            {
                all.AddRange(message.Contents.OfType<FunctionResultContent>().Select(result => new ToolChatMessage(result.CallId, FunctionContentText.TextOf(result))));
            }
            else if (Assistant(message) is { } assistant)
            {
                all.Add(assistant);
            }
        }
        Close(user, all);
        if (system.Length > 0)
        {
            all.Insert(0, new SystemChatMessage(system.ToString()));
        }
        return all;
    }

    private static AssistantChatMessage? Assistant(ChatMessage message)
    {
        var text = string.Concat(message.Contents.OfType<TextContent>().Select(content => content.Text));
        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(call => ChatToolCall.CreateFunctionToolCall(call.CallId, call.Name, BinaryData.FromString(FunctionContentText.ArgumentsOf(call)))).ToArray();
        if (calls.Length == 0)
        {
            return text.Length == 0 ? null : new AssistantChatMessage(text);
        }
        var assistant = new AssistantChatMessage(calls);
        if (text.Length > 0)
        {
            assistant.Content.Add(ChatMessageContentPart.CreateTextPart(text));
        }
        return assistant;
    }

    private static void AddParts(List<ChatMessageContentPart> user, ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } text when user is [.., { Kind: ChatMessageContentPartKind.Text } last]:
                    user[^1] = ChatMessageContentPart.CreateTextPart(last.Text + "\n\n" + text.Text);
                    break;
                case TextContent { Text.Length: > 0 } text:
                    user.Add(ChatMessageContentPart.CreateTextPart(text.Text));
                    break;
                case DataContent data when data.HasTopLevelMediaType("image"):
                    user.Add(ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(data.Data), data.MediaType));
                    break;
            }
        }
    }

    private static void Close(List<ChatMessageContentPart> user, List<OpenAI.Chat.ChatMessage> all)
    {
        if (user is [{ Kind: ChatMessageContentPartKind.Text } only])
        {
            all.Add(new UserChatMessage(only.Text));
        }
        else if (user.Count > 0)
        {
            all.Add(new UserChatMessage([.. user]));
        }
        user.Clear();
    }
}
