using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// What a sampler that is held to a JSON schema makes of a reply: an object that fits the schema and says what the reply says.
/// Knows what such schemas are made of: <c>anyOf</c>, <c>oneOf</c>, <c>const</c>, <c>enum</c>, <c>$ref</c> into <c>$defs</c>, objects,
/// arrays and plain values.
/// </summary>
internal static class SchemaText
{
    public static string Of(JsonElement schema, ModelReply reply)
    {
        var whole = JsonNode.Parse(schema.GetRawText());
        // What is an object by itself was written for this schema.
        return reply is { Calls: [] } && Parsed(reply.Text) is JsonObject own
            ? own.ToJsonString() : WireJson.Compact(Value(whole, whole, reply));
    }

    private static JsonNode? Value(JsonNode? schema, JsonNode? whole, ModelReply reply)
    {
        schema = Resolved(schema, whole);
        if (schema is not JsonObject rules)
        {
            return reply.Text;
        }
        if ((rules["anyOf"] ?? rules["oneOf"]) is JsonArray branches)
        {
            var call = Called(reply);
            var branch = branches.FirstOrDefault(branch => call is not null && Allows(Resolved(branch, whole), call))
                ?? branches.FirstOrDefault(branch => call is null && !NamesTool(Resolved(branch, whole)))
                ?? branches[0];
            return Value(branch, whole, reply);
        }
        if (rules["const"] is { } only)
        {
            return only.DeepClone();
        }
        if (rules["enum"] is JsonArray { Count: > 0 } choices)
        {
            return (choices.FirstOrDefault(choice => choice?.ToString() == Called(reply)) ?? choices[0])?.DeepClone();
        }
        return (rules["type"] is JsonArray types ? types[0] : rules["type"])?.ToString() switch
        {
            "array" => reply.Calls.Count > 0
                ? new JsonArray([.. reply.Calls.Select(call => Value(rules["items"], whole, reply with { Calls = [call] }))])
                : new JsonArray(Value(rules["items"], whole, reply)),
            "boolean" => true,
            "integer" or "number" => 1,
            "null" => null,
            "string" => reply.Text,
            _ => Object(rules, whole, reply),
        };
    }

    private static JsonObject Object(JsonObject rules, JsonNode? whole, ModelReply reply)
    {
        var made = new JsonObject();
        foreach (var (name, property) in rules["properties"] as JsonObject ?? [])
        {
            var isObject = Resolved(property, whole) is JsonObject inner
                && (inner["type"]?.ToString() == "object" || inner["properties"] is not null);
            made[name] = reply.Calls is [var call, ..] && isObject && name is "arguments" or "parameters"
                ? JsonNode.Parse(reply.Calls[0].Arguments)
                : Value(property, whole, reply);
        }
        if (made.Count == 0)
        {
            made["text"] = reply.Text;
        }
        return made;
    }

    private static string? Called(ModelReply reply) => reply.Calls is [var call, ..] ? call.Name : null;

    /// <summary>Whether a branch can name this tool.</summary>
    private static bool Allows(JsonNode? branch, string tool) => Names(branch).Contains(tool);

    private static bool NamesTool(JsonNode? branch) => Names(branch).Any();

    private static IEnumerable<string> Names(JsonNode? branch) => (branch?["properties"] as JsonObject ?? []).SelectMany(property =>
        property.Value?["const"] is { } only ? [only.ToString()]
        : property.Value?["enum"] is JsonArray choices ? choices.Select(choice => choice?.ToString() ?? "")
        : (IEnumerable<string>)[]);

    private static JsonNode? Resolved(JsonNode? schema, JsonNode? whole) =>
        schema?["$ref"]?.ToString() is { } reference && reference.StartsWith("#/", StringComparison.Ordinal)
        ? reference[2..].Split('/').Aggregate(whole, (node, name) => node?[name])
        : schema;

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
