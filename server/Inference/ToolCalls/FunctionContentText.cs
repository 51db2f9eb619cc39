using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers.Dialects;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>Formats calls and results of tools as text for a model.</summary>
internal static class FunctionContentText
{
    /// <summary>A tool's result, or the message of its exception, so that the model can correct its call.</summary>
    public static string TextOf(FunctionResultContent result) => result switch
    {
        { Exception: { } error } => $"Error: {error.Message}",
        { Result: string text } => text,
        { Result: JsonElement { ValueKind: JsonValueKind.String } element } => element.GetString()!,
        { Result: JsonElement element } => element.GetRawText(),
        { Result: JsonNode node } => node.ToJsonString(),
        { Result: TextContent content } => content.Text,
        { Result: var other } => other?.ToString() ?? "",
    };

    /// <summary>The arguments as JSON; a value of an unknown type becomes its string.</summary>
    public static string ArgumentsOf(FunctionCallContent call)
    {
        var json = new JsonObject();
        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>())
        {
            json[name] = value switch
            {
                null => null,
                JsonElement element => JsonNode.Parse(element.GetRawText()),
                JsonNode node => node.DeepClone(),
                string text => text,
                bool flag => flag,
                int number => number,
                long number => number,
                double number => number,
                var other => other.ToString(),
            };
        }
        return Encoding.UTF8.GetString(StrictRequest.Bytes(json));
    }
}
