using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.Tests.Fuzz;

/// <summary>Damages one to three places of well-formed JSON; one time in eight the JSON stays whole.</summary>
internal sealed class FuzzDamage(Random random)
{
    /// <summary>A placeholder for half a surrogate pair, which JsonNode does not write.</summary>
    private const string HalfPair = "half-pair";

    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "1.5", "1e308", "2147483648", "99999999999999999999", "\"\"", "\"text\"", $"\"{HalfPair}\"",
        "\"\\u0000\"", "[]", "{}", "[null]", "{\"uri\":null}", "\"file:///\"", "\"file:///fuzz/%zz\"", "\"untitled:1\"",
        "\"http://[\"", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    ];

    /// <summary>Damages text that may be no JSON; such text stays unchanged.</summary>
    public string OfAny(string text)
    {
        try
        {
            return Of(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    public string Of(string json)
    {
        if (random.Next(8) == 0)
        {
            return json;
        }
        var root = JsonNode.Parse(json);
        for (var times = random.Next(1, 4); times > 0 && root is not null; times--)
        {
            root = Break(root);
        }
        return root?.ToJsonString().Replace(HalfPair, "\\ud800") ?? "null";
    }

    private JsonNode? Break(JsonNode root)
    {
        var places = new List<(JsonNode Parent, string? Name, int Index)>();
        Collect(root, places);
        if (places.Count == 0 || random.Next(20) == 0)
        {
            return Value();
        }
        var (parent, name, index) = places[random.Next(places.Count)];
        switch (parent, random.Next(4))
        {
            case (JsonObject fields, 0):
                fields.Remove(name!);
                break;
            case (JsonObject fields, 1):
                fields[name + "x"] = Value();
                break;
            case (JsonObject fields, _):
                fields[name!] = Value();
                break;
            case (JsonArray items, 0):
                items.RemoveAt(index);
                break;
            case (JsonArray items, 1):
                items.Insert(index, Value());
                break;
            case (JsonArray items, _):
                items[index] = Value();
                break;
        }
        return root;
    }

    private JsonNode? Value() => JsonNode.Parse(Values[random.Next(Values.Length)]);

    private static void Collect(JsonNode? node, List<(JsonNode, string?, int)> places)
    {
        if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                places.Add((fields, name, 0));
                Collect(value, places);
            }
        }
        else if (node is JsonArray items)
        {
            for (var index = 0; index < items.Count; index++)
            {
                places.Add((items, null, index));
                Collect(items[index], places);
            }
        }
    }
}
