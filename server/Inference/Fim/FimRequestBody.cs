using System.Text.Json.Nodes;
using Assistant.Families;
using Assistant.Routing;

namespace Assistant.Inference.Fim;

/// <summary>The request for a hole in OpenAI's protocol; the dialect converts it for the server.</summary>
internal static class FimRequestBody
{
    // gpt-oss cannot turn reasoning off, and its shortest reasoning counts towards max_tokens.
    private const int RoomForThinking = 256;

    public static JsonObject Of(ModelRoute route, FimRequest request)
    {
        var body = new JsonObject
        {
            ["model"] = route.ModelId,
            ["max_tokens"] = request.MaxTokens,
            ["temperature"] = request.Temperature,
            ["stream"] = true,
        };
        if (request.Chat is { } hole)
        {
            body["messages"] = new JsonArray(Turn("system", hole.System), Turn("user", hole.User));
            switch (route.Family.Reasoning)
            {
                case Reasoning.Toggle:
                    body["reasoning_effort"] = "none";
                    break;
                case Reasoning.Effort:
                    body["reasoning_effort"] = "low";
                    body["max_tokens"] = request.MaxTokens + RoomForThinking;
                    break;
            }
            return body;
        }
        body["prompt"] = request.Prompt;
        if (request.Stops.Count > 0)
        {
            body["stop"] = new JsonArray([.. request.Stops.Select(stop => (JsonNode)stop)]);
        }
        if (request.Grammar is { } grammar)
        {
            body["grammar"] = grammar;
        }
        if (request.Lease?.Slot is { } slot)
        {
            body["id_slot"] = slot;
        }
        return body;
    }

    private static JsonObject Turn(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
