using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assistant.ModelServers;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.ToolCalls;

/// <summary>
/// Converts the arguments that a model wrote into a call that fits the tool's schema. Small errors are repaired (a number as text, another
/// spelling of a name); <see cref="FunctionCallContent.Exception"/> describes all other errors to the model.
/// </summary>
internal static class ToolArguments
{
    /// <param name="name">The name in the model's spelling.</param>
    /// <param name="json">The arguments; empty if the model wrote none.</param>
    /// <param name="wasCut">The answer ended at its token limit.</param>
    public static FunctionCallContent Call(OfferedTools tools, string? id, string name, string json, bool wasCut = false)
    {
        var callId = id is { Length: > 0 } ? id : $"call_{Guid.NewGuid():N}";
        if (tools.Find(name) is not { } tool)
        {
            return Failed(callId, name, $"There is no tool named '{name}'. There are: {tools.Names}.");
        }
        JsonObject? given;
        try
        {
            given = string.IsNullOrWhiteSpace(json) ? [] : Parse(json) as JsonObject;
        }
        catch (JsonException error)
        {
            return Failed(callId, tool.Name, wasCut
                ? $"The call of {tool.Name} was cut off by the token limit. Write it again, shorter."
                : $"The arguments of {tool.Name} are no valid JSON: {error.Message} Write the call again.");
        }
        if (given is null)
        {
            return Failed(callId, tool.Name, $"The arguments of {tool.Name} must be a JSON object.");
        }
        var repaired = Repair(tool, given, out var faults);
        var arguments = repaired.ToDictionary(member => member.Key, member => (object?)Element(member.Value));
        return new FunctionCallContent(callId, tool.Name, arguments)
        {
            Exception = faults.Count == 0
                ? null
                : new FormatException($"The arguments of {tool.Name} do not fit: {string.Join(' ', faults)}"),
        };
    }

    /// <summary>A call whose parts cannot be parsed.</summary>
    public static FunctionCallContent Unreadable(OfferedTools tools, string? name, bool wasCut) => Failed(
        $"call_{Guid.NewGuid():N}",
        name is not null ? tools.Find(name)?.Name ?? name : tools.All is [var only] ? only.Name : "unknown",
        wasCut
            ? "The call was cut off by the token limit. Write it again, shorter."
            : "The call could not be read: it must be valid JSON with the tool's name and its arguments. Write it again.");

    /// <summary>Parsed arguments. A JSON string that holds JSON is parsed again, since some models encode the arguments twice.</summary>
    private static JsonNode? Parse(string json)
    {
        var node = JsonRepair.Parse(json);
        return node is JsonValue value && value.TryGetValue(out string? inner) ? JsonRepair.Parse(inner) : node;
    }

    private static JsonObject Repair(AIFunctionDeclaration tool, JsonObject given, out List<string> faults)
    {
        faults = [];
        var declared = OfferedTools.Parameters(tool).ToArray();
        var repaired = new JsonObject();
        foreach (var (name, value) in given)
        {
            var parameter = Array.Find(declared, one => one.Name == name);
            if (parameter.Value.ValueKind == JsonValueKind.Undefined)
            {
                parameter = Array.Find(declared, one => OfferedTools.Plain(one.Name) == OfferedTools.Plain(name));
            }
            if (parameter.Value.ValueKind == JsonValueKind.Undefined)
            {
                // An unknown argument is harmless: the tool ignores it, or declares no parameters and accepts all.
                if (declared.Length == 0)
                {
                    repaired[name] = value?.DeepClone();
                }
                continue;
            }
            var (fitting, fault) = Fit(parameter.Value, value);
            if (fault is not null)
            {
                faults.Add($"'{parameter.Name}' {fault}.");
            }
            // A null for an optional parameter means the same as its absence.
            if (fitting is not null || IsRequired(tool, parameter.Name))
            {
                repaired[parameter.Name] = fitting?.DeepClone();
            }
        }
        foreach (var required in Required(tool.JsonSchema).Where(required => repaired[required] is null))
        {
            faults.Add($"'{required}' is missing.");
        }
        return repaired;
    }

    /// <returns>The value converted to the schema's type, and the fault if the conversion fails.</returns>
    private static (JsonNode? Value, string? Fault) Fit(JsonElement schema, JsonNode? value)
    {
        var types = Types(schema);
        var isNullWord = types.Length > 0 && !types.Contains("string")
            && value is JsonValue text && text.TryGetValue(out string? word) && word is "null" or "";
        if (value is null || isNullWord)
        {
            return (null, null);
        }
        if (types.Length > 0)
        {
            if (types.Select(type => As(type, value, schema)).FirstOrDefault(one => one is not null) is not { } fitting)
            {
                return (value, $"must be {string.Join(" or ", types.Where(type => type != "null"))}");
            }
            value = fitting;
        }
        return Allowed(schema) is { Length: > 0 } allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value))
            ? allowed.FirstOrDefault(one => OfferedTools.Plain(one?.ToString() ?? "") == OfferedTools.Plain(value.ToString())) is { } meant
                ? (meant, null)
                : (value, $"must be one of {string.Join(", ", allowed.Select(one => one?.ToJsonString()))}")
            : (value, null);
    }

    /// <returns>The value as the given type; null if it cannot be converted.</returns>
    private static JsonNode? As(string type, JsonNode value, JsonElement schema)
    {
        var word = value is JsonValue scalar && scalar.TryGetValue(out string? text) ? text.Trim() : null;
        var kind = value.GetValueKind();
        return type switch
        {
            "string" => word is not null ? value
                : kind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? value.ToJsonString() : null,
            "integer" => kind == JsonValueKind.Number
                && value.GetValue<double>() is var number && number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number
                : word is not null && long.TryParse(word, CultureInfo.InvariantCulture, out var whole) ? whole : null,
            "number" => kind == JsonValueKind.Number ? value
                : word is not null && double.TryParse(word, CultureInfo.InvariantCulture, out var fraction) ? fraction : null,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False ? value
                : word is not null && bool.TryParse(word, out var flag) ? flag : null,
            "array" => value as JsonArray ?? Unpacked(word) as JsonArray
                ?? (word is not null && Types(Items(schema)) is ["string"] or [] ? new JsonArray(word) : null),
            "object" => value as JsonObject ?? Unpacked(word) as JsonObject,
            _ => null,
        };
    }

    private static JsonNode? Unpacked(string? word) => word is ['{' or '[', ..] ? JsonRepair.TryParse(word) : null;

    private static string[] Types(JsonElement schema) =>
        schema.Member("type") switch
        {
            { ValueKind: JsonValueKind.String } type => [type.GetString()!],
            { ValueKind: JsonValueKind.Array } types => [.. types.EnumerateArray().Select(type => type.ToString())],
            _ => [],
        };

    private static JsonElement Items(JsonElement schema) => schema.Member("items") ?? default;

    private static JsonNode?[] Allowed(JsonElement schema) => [.. schema.Items("enum").Select(one => JsonNode.Parse(one.GetRawText()))];

    private static IEnumerable<string> Required(JsonElement schema) => schema.Items("required").Select(name => name.ToString());

    private static bool IsRequired(AIFunctionDeclaration tool, string name) => Required(tool.JsonSchema).Contains(name);

    private static JsonElement Element(JsonNode? node)
    {
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        return document.RootElement.Clone();
    }

    private static FunctionCallContent Failed(string id, string name, string words) =>
        new(id, name, new Dictionary<string, object?>()) { Exception = new FormatException(words) };
}
