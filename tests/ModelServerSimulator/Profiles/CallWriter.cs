using System.Text;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>Writes calls of tools in a server's way or in the way that the test wants.</summary>
internal sealed class CallWriter(Profile profile, CallShape shape)
{
    private readonly StringBuilder held = new();
    private CallSegment? begun;

    private bool InFragments => shape switch
    {
        CallShape.Fragmented or CallShape.EmptyKeys => true,
        CallShape.OneShot or CallShape.IndexMissing or CallShape.IndexNull or CallShape.IndexZero or CallShape.ArgumentsObject => false,
        _ => profile.CallShape == CallShape.Fragmented,
    };

    /// <summary>The entries of <c>tool_calls</c> that go out after this token, each in a delta of its own.</summary>
    public IEnumerable<JsonObject> Feed(string token, CallSegment call, bool ends)
    {
        if (InFragments)
        {
            if (begun != call)
            {
                begun = call;
                yield return Shaped(call, "", first: true);
            }
            yield return Shaped(call, token, first: false);
            yield break;
        }
        held.Append(token);
        if (ends)
        {
            var arguments = held.ToString();
            held.Clear();
            // A server that waits for a call's end never sees that of a cut one.
            if (shape != CallShape.Truncated)
            {
                yield return Shaped(call, arguments, first: true);
            }
        }
    }

    /// <summary>The call in a reply that is not streamed.</summary>
    public JsonObject Whole(CallSegment call, string arguments)
    {
        var entry = profile.CallEntry(call, arguments, first: true, streamed: false);
        if (shape == CallShape.ArgumentsObject)
        {
            entry["function"]!["arguments"] = JsonNode.Parse(arguments);
        }
        return entry;
    }

    /// <summary>Whether a cut call is told in a reply that is not streamed.</summary>
    public bool TellsCut => InFragments;

    private JsonObject Shaped(CallSegment call, string arguments, bool first)
    {
        var entry = profile.CallEntry(call, arguments, first, streamed: true);
        switch (shape)
        {
            case CallShape.IndexMissing:
                entry.Remove("index");
                break;
            case CallShape.IndexNull:
                entry["index"] = null;
                break;
            case CallShape.IndexZero:
                entry["index"] = 0;
                break;
            case CallShape.EmptyKeys when !first:
                (entry["id"], entry["type"], entry["function"]!["name"]) = ("", "", "");
                break;
            case CallShape.ArgumentsObject:
                entry["function"]!["arguments"] = JsonNode.Parse(arguments);
                break;
        }
        return entry;
    }
}
