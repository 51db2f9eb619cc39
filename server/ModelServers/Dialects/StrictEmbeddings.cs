using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.ModelServers.Dialects;

/// <summary>Rewrites a reply of vectors: an index and a flat vector for each, in order, and a usage.</summary>
internal static class StrictEmbeddings
{
    /// <exception cref="InvalidOperationException">The reply holds no vectors.</exception>
    public static void Rewrite(JsonObject reply)
    {
        if (reply["data"] is not JsonArray { Count: > 0 } data)
        {
            throw new InvalidOperationException("It has no data.");
        }
        var place = 0;
        foreach (var item in data)
        {
            var embedding = item as JsonObject ?? throw new InvalidOperationException("An embedding is an object.");
            embedding.TryAdd("index", place++);
            if (embedding["embedding"] is JsonArray { Count: 1 } nested && nested[0] is JsonArray only)
            {
                nested.Clear();
                embedding["embedding"] = only;
            }
            if (embedding["embedding"] is not JsonArray vector || vector.Any(number => number?.GetValueKind() != JsonValueKind.Number))
            {
                throw new InvalidOperationException("A vector is an array of numbers.");
            }
        }
        if (reply["usage"] is not JsonObject usage)
        {
            reply["usage"] = usage = [];
        }
        usage.TryAdd("prompt_tokens", 0);
        usage.TryAdd("total_tokens", 0);
    }
}
