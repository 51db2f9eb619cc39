using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// The JSON schema that an answer is held to: <c>{"tool": …, "arguments": {…}}</c> of one of the offered tools, or <c>{"answer": …}</c>.
/// </summary>
internal static class AnswerSchema
{
    public const string Tool = "tool";
    public const string Arguments = "arguments";
    public const string Answer = "answer";

    // What servers' grammars know. Descriptions are in the prompt, and patterns or formats make some of them refuse the whole schema.
    private static readonly string[] Kept = ["type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf"];

    /// <param name="answer">False: a call is wanted and nothing else.</param>
    /// <param name="format">What the answer itself must look like, where the caller says.</param>
    public static ChatResponseFormat Of(OfferedTools tools, bool answer, ChatResponseFormat? format)
    {
        var choices = new JsonArray([.. tools.All.Select(tool => (JsonNode)Object(
            (Tool, new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(tool.Name) }),
            (Arguments, Parameters(tool))))]);
        if (answer)
        {
            choices.Add(Object((Answer, format is ChatResponseFormatJson { Schema: { } schema } ? Simple(JsonNode.Parse(schema.GetRawText())) : new JsonObject { ["type"] = "string" })));
        }
        using var document = JsonDocument.Parse(new JsonObject { ["anyOf"] = choices }.ToJsonString());
        return ChatResponseFormat.ForJsonSchema(document.RootElement.Clone(), "call_or_answer");
    }

    private static JsonNode Parameters(AIFunctionDeclaration tool)
    {
        var schema = Simple(JsonNode.Parse(tool.JsonSchema.ValueKind == JsonValueKind.Object ? tool.JsonSchema.GetRawText() : "{}")) as JsonObject ?? [];
        schema["type"] = "object";
        schema.TryAdd("properties", new JsonObject());
        schema["additionalProperties"] = false;
        return schema;
    }

    private static JsonNode Simple(JsonNode? node)
    {
        if (node is not JsonObject given)
        {
            return node?.DeepClone() ?? new JsonObject();
        }
        var simple = new JsonObject();
        foreach (var (name, value) in given.Where(member => Kept.Contains(member.Key)))
        {
            simple[name] = (name, value) switch
            {
                ("properties", JsonObject properties) => new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Simple(property.Value)))),
                ("items", _) => Simple(value),
                ("anyOf" or "oneOf", JsonArray options) => new JsonArray([.. options.Select(Simple)]),
                // An absent value is left out of the object.
                ("type", JsonArray types) when types.Count(type => type?.GetValue<string>() != "null") == 1 =>
                    types.First(type => type?.GetValue<string>() != "null")!.DeepClone(),
                _ => value?.DeepClone(),
            };
        }
        return simple;
    }

    private static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode Schema)> members)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var (name, schema) in members)
        {
            properties[name] = schema;
            required.Add((JsonNode)name);
        }
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }
}
