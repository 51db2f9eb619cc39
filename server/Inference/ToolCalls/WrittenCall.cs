using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Assistant.Inference.ToolCalls;

/// <summary>A call as a model wrote it: a name in the model's spelling, and arguments as JSON text.</summary>
internal sealed partial record WrittenCall(string Name, string Arguments)
{
    private static readonly string[] NameKeys = ["name", "tool", "tool_name", "function", "function_name", "action"];
    private static readonly string[] ArgumentKeys = ["arguments", "parameters", "args", "input", "action_input"];
    private static readonly string[] OtherKeys = ["type", "id", "tool_calls", "function_call", "tool_call"];

    /// <summary>
    /// The calls inside a block, in any notation: JSON, Qwen's XML, GLM's keys, a name followed by JSON, Python. Empty if no call can be
    /// parsed.
    /// </summary>
    /// <param name="marked">The block holds only calls: see <see cref="OfJson"/>.</param>
    public static IReadOnlyList<WrittenCall> InBlock(string block, bool marked = true)
    {
        var body = block.Trim();
        var several = new List<WrittenCall>();
        while (body is ['{' or '[', ..]
            && JsonRepair.End(body) is > 0 and var end
            && JsonRepair.TryParse(body[..end]) is { } json
            && OfJson(json, marked) is { Count: > 0 } calls)
        {
            several.AddRange(calls);
            body = body[end..].TrimStart([',', ';', ' ', '\n', '\r']);
        }
        return [.. several, .. InOtherNotation(body)];
    }

    private static IReadOnlyList<WrittenCall> InOtherNotation(string body)
    {
        if (body.Contains("<function=", StringComparison.Ordinal) || body.Contains("<invoke ", StringComparison.Ordinal))
        {
            return XmlCalls.InBlock(body);
        }
        if (body.Contains("<arg_key>", StringComparison.Ordinal))
        {
            return XmlCalls.WithKeys(body);
        }
        if (NameAndJson().Match(body) is { Success: true } match)
        {
            return [new WrittenCall(match.Groups[1].Value, match.Groups[2].Value)];
        }
        if (PythonCalls.InBlock(body) is { Count: > 0 } python)
        {
            return python;
        }
        return OnlyName().IsMatch(body) ? [new WrittenCall(body, "{}")] : [];
    }

    /// <summary>The calls that a JSON value represents; empty for any other value.</summary>
    /// <param name="marked">A call marker encloses the value: the arguments may be missing, or be members beside the name.</param>
    public static IReadOnlyList<WrittenCall> OfJson(JsonNode? json, bool marked)
    {
        if (json is JsonArray array)
        {
            var calls = array.Select(one => OfJson(one, marked)).ToArray();
            return calls.All(one => one.Count > 0) ? [.. calls.SelectMany(one => one)] : [];
        }
        if (json is not JsonObject map)
        {
            return [];
        }
        foreach (var key in (ReadOnlySpan<string>)["tool_calls", "function_call", "tool_call", "function"])
        {
            if (map[key] is { } inner and (JsonObject or JsonArray))
            {
                return OfJson(inner, marked);
            }
        }
        if (NameKeys.Select(key => map[key]).OfType<JsonValue>()
            .FirstOrDefault(value => value.GetValueKind() == JsonValueKind.String) is not { } name)
        {
            // {"read_file": {"path": …}}
            return map.Count == 1 && map.First() is { Value: JsonObject only } single
                ? [new WrittenCall(single.Key, only.ToJsonString())]
                : [];
        }
        if (ArgumentKeys.FirstOrDefault(map.ContainsKey) is { } key2)
        {
            return [new WrittenCall(name.GetValue<string>(), map[key2] switch
            {
                null => "{}",
                JsonValue value when value.TryGetValue(out string? text) => text,
                var arguments => arguments.ToJsonString(),
            })];
        }
        if (!marked)
        {
            return [];
        }
        var rest = new JsonObject();
        foreach (var (key, value) in map.Where(member => member.Value != name && !OtherKeys.Contains(member.Key)))
        {
            rest[key] = value?.DeepClone();
        }
        return [new WrittenCall(name.GetValue<string>(), rest.ToJsonString())];
    }

    /// <summary>Whether the beginning of an object can still become a call of an offered tool.</summary>
    public static bool CouldBecome(string begun, OfferedTools tools)
    {
        var match = FirstKey().Match(begun);
        if (!match.Success)
        {
            return OnlyOpening().IsMatch(begun);
        }
        var key = match.Groups[1].Value;
        var known = match.Groups[2].Success
            ? NameKeys.Contains(key) || ArgumentKeys.Contains(key) || OtherKeys.Contains(key) || tools.Find(key) is not null
            : NameKeys.Concat(ArgumentKeys).Concat(OtherKeys).Any(one => one.StartsWith(key, StringComparison.Ordinal))
                || tools.CouldBecome(key);
        if (!known)
        {
            return false;
        }
        return NameIn(begun, whole: false) is not { } name || tools.CouldBecome(name) || tools.Find(name) is not null;
    }

    /// <summary>The name in a call that cannot be parsed; null without a name.</summary>
    /// <param name="whole">True: only a complete name; false: also the beginning of one.</param>
    public static string? NameIn(string text, bool whole)
    {
        foreach (Match match in NameValue().Matches(text))
        {
            if (!whole || match.Groups[2].Success)
            {
                return match.Groups[1].Value;
            }
        }
        return XmlName().Match(text) is { Success: true } xml ? xml.Groups[1].Value : null;
    }

    [GeneratedRegex("^[\\[\\s]*\\{\\s*\"([^\"]*)(\")?")]
    private static partial Regex FirstKey();

    [GeneratedRegex("^[\\[\\s]*(\\{\\s*)?$")]
    private static partial Regex OnlyOpening();

    [GeneratedRegex("\"(?:name|tool|tool_name|function|function_name|action)\"\\s*:\\s*\"([^\"]*)(\")?")]
    private static partial Regex NameValue();

    [GeneratedRegex("<function=([^>\\s]+)>")]
    private static partial Regex XmlName();

    [GeneratedRegex(@"^([A-Za-z_][\w.\-]*)\s*(\{.*\})$", RegexOptions.Singleline)]
    private static partial Regex NameAndJson();

    [GeneratedRegex(@"^[A-Za-z_][\w.\-]*$")]
    private static partial Regex OnlyName();
}
