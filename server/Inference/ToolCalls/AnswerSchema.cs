using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// The JSON schema that constrains an answer: <c>{"tool": …, "arguments": {…}}</c> of one of the offered tools, or <c>{"answer": …}</c>.
/// </summary>
internal static class AnswerSchema
{
    public const string Tool = "tool";
    public const string Arguments = "arguments";
    public const string Answer = "answer";

    // The keywords that the grammars of all servers support. The prompt has the descriptions; a pattern or a format makes some servers
    // refuse the whole schema.
    private static readonly string[] Kept = ["type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf"];

    /// <param name="answer">False: the schema allows only a call.</param>
    /// <param name="format">The caller's own format of the answer.</param>
    public static ChatResponseFormat Of(OfferedTools tools, bool answer, ChatResponseFormat? format)
    {
        var choices = new JsonArray([.. tools.All.Select(tool => (JsonNode)Object(
            (Tool, new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(tool.Name) }),
            (Arguments, Parameters(tool))))]);
        if (answer)
        {
            var schema = format is ChatResponseFormatJson { Schema: { } own }
                ? Simple(JsonNode.Parse(own.GetRawText()))
                : new JsonObject { ["type"] = "string" };
            choices.Add(Object((Answer, schema)));
        }
        using var document = JsonDocument.Parse(new JsonObject { ["anyOf"] = choices }.ToJsonString());
        return ChatResponseFormat.ForJsonSchema(document.RootElement.Clone(), "call_or_answer");
    }

    private static JsonNode Parameters(AIFunctionDeclaration tool)
    {
        var json = tool.JsonSchema.ValueKind == JsonValueKind.Object ? tool.JsonSchema.GetRawText() : "{}";
        var schema = Simple(JsonNode.Parse(json)) as JsonObject ?? [];
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
                ("properties", JsonObject properties) => new JsonObject(
                    properties.Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Simple(property.Value)))),
                ("items", _) => Simple(value),
                ("anyOf" or "oneOf", JsonArray options) => new JsonArray([.. options.Select(Simple)]),
                // A type that allows null becomes the plain type: the model omits a member instead of writing null.
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
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }
}
