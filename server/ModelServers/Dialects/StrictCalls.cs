using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>
/// The tool calls of one reply in the SDK's form: an index for each, an id, the type "function", and arguments as text. The SDK throws or
/// mixes calls up if an index is missing, if all are 0, if a type is empty, or if arguments are an object.
/// </summary>
internal sealed class StrictCalls
{
    private readonly List<Call> calls = [];

    public bool Any => calls.Count > 0;

    /// <summary>Rewrites the calls of one chunk in place and removes empty parts.</summary>
    public void RewriteChunk(JsonArray parts)
    {
        foreach (var part in parts.ToArray())
        {
            if (part is not JsonObject given || !RewritePart(given))
            {
                parts.Remove(part);
            }
        }
    }

    /// <summary>Rewrites the calls of a whole message, which have no index.</summary>
    public void RewriteMessage(JsonArray given)
    {
        foreach (var part in given.ToArray())
        {
            var function = part?["function"] as JsonObject;
            var name = Text(function?["name"]);
            if (part is not JsonObject call || name.Length == 0)
            {
                given.Remove(part);
                continue;
            }
            calls.Add(new Call(null, "", name));
            var id = Text(call["id"]);
            var arguments = Arguments(function!["arguments"]) is { Length: > 0 } written ? written : "{}";
            Put(call, null, id.Length > 0 ? id : NewId(), name, arguments);
        }
    }

    private bool RewritePart(JsonObject part)
    {
        var function = part["function"] as JsonObject;
        var id = Text(part["id"]);
        var name = Text(function?["name"]);
        var arguments = Arguments(function?["arguments"]);
        var index = part["index"] is JsonValue value && value.TryGetValue(out int number) ? number : (int?)null;
        if (id.Length == 0 && name.Length == 0 && arguments.Length == 0)
        {
            return false;
        }
        if (Continued(index, id, name) is { } known)
        {
            if (name.Length > 0 && known.Name.Length == 0)
            {
                known.Name = name;
            }
            else
            {
                name = "";
            }
            known.Arguments.Append(arguments);
            Put(part, calls.IndexOf(known), null, name, arguments);
            return true;
        }
        var call = new Call(index, id, name);
        call.Arguments.Append(arguments);
        calls.Add(call);
        Put(part, calls.Count - 1, id.Length > 0 ? id : NewId(), name, arguments);
        return true;
    }

    /// <summary>The call that a part continues; null if the part begins a new call.</summary>
    private Call? Continued(int? index, string id, string name)
    {
        if (id.Length > 0 && calls.Find(call => call.Id == id) is { } same)
        {
            return same;
        }
        var open = index is null ? calls.LastOrDefault() : calls.FindLast(call => call.GivenIndex == index);
        if (open is null || name.Length == 0 || open.Name.Length == 0)
        {
            // A part without a name continues the call: some servers make up a new id for each part.
            return open;
        }
        // A second name: some servers repeat it with every part, others begin the next call under an index that is always 0.
        return id.Length > 0 || name != open.Name || IsWhole(open.Arguments.ToString()) ? null : open;
    }

    private static void Put(JsonObject part, int? index, string? id, string name, string arguments)
    {
        part.Clear();
        if (index is { } place)
        {
            part["index"] = place;
        }
        if (id is not null)
        {
            part["id"] = id;
        }
        part["type"] = "function";
        var function = new JsonObject();
        if (name.Length > 0)
        {
            function["name"] = name;
        }
        function["arguments"] = arguments;
        part["function"] = function;
    }

    private static string NewId() => $"call_{Guid.NewGuid():N}";

    private static string Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number => value.ToJsonString(),
        _ => null,
    } is { } text ? text : "";

    private static string Arguments(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => node.ToJsonString(),
    };

    private static bool IsWhole(string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class Call(int? givenIndex, string id, string name)
    {
        public int? GivenIndex => givenIndex;

        public string Id => id;

        public string Name { get; set; } = name;

        public StringBuilder Arguments { get; } = new();
    }
}
