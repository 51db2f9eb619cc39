using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>Calls of tools as models write them where the server does not recognise them.</summary>
internal static class CallText
{
    /// <summary>The calls as text; null where the shape is no text.</summary>
    public static string? Of(CallShape shape, IReadOnlyList<ModelCall> calls) => shape switch
    {
        CallShape.HermesText or CallShape.InReasoning =>
            string.Join('\n', calls.Select(call => $"<tool_call>\n{Json(call)}\n</tool_call>")),
        CallShape.HermesMalformed => string.Join('\n', calls.Select(call => $"<tool_call>\n{Broken(Json(call))}\n</tool_call>")),
        CallShape.XmlText => string.Join('\n', calls.Select(Xml)),
        CallShape.FencedJson => string.Join('\n', calls.Select(call => $"```json\n{Json(call)}\n```")),
        CallShape.BareObject => string.Join('\n', calls.Select(Json)),
        CallShape.ToolRequest => string.Join('\n', calls.Select(call => $"[TOOL_REQUEST]{Json(call)}[END_TOOL_REQUEST]")),
        CallShape.Harmony => string.Concat(calls.Select(call =>
            $"<|start|>assistant<|channel|>commentary to=functions.{call.Name} <|constrain|>json<|message|>{call.Arguments}<|call|>")),
        CallShape.Pythonic => "[" + string.Join(", ", calls.Select(Python)) + "]",
        _ => null,
    };

    /// <summary>JSON that lacks its end.</summary>
    public static string Broken(string json) => json.TrimEnd('}', ']', '"', ' ') + ",";

    private static string Json(ModelCall call) => $"{{\"name\": {WireJson.Compact(call.Name)}, \"arguments\": {call.Arguments}}}";

    private static string Xml(ModelCall call) => $"<tool_call>\n<function={call.Name}>\n"
        + string.Concat(Arguments(call).Select(argument => $"<parameter={argument.Key}>\n{Plain(argument.Value)}\n</parameter>\n"))
        + "</function>\n</tool_call>";

    private static string Python(ModelCall call) =>
        $"{call.Name}({string.Join(", ", Arguments(call).Select(argument => $"{argument.Key}={Literal(argument.Value)}"))})";

    private static string Literal(JsonNode? value) => value switch
    {
        null => "None",
        JsonValue truth when truth.TryGetValue<bool>(out var holds) => holds ? "True" : "False",
        _ => WireJson.Python(value),
    };

    private static string Plain(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var content) ? content : WireJson.Compact(value);

    private static JsonObject Arguments(ModelCall call) => JsonNode.Parse(call.Arguments) as JsonObject ?? [];
}
