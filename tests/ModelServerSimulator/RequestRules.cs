using System.Text.Json;

namespace ModelServerSimulator;

/// <summary>What no request to a server may hold, since some server of that kind is known to fall over it.</summary>
public static class RequestRules
{
    /// <summary>What of it a request breaks, each as one short sentence; none for requests that make no model work.</summary>
    /// <param name="profile">The kind of server that was asked.</param>
    public static IReadOnlyList<string> Breaches(LoggedRequest request, string profile) =>
        request.IsCompletion || request.IsEmbeddings
        ? [.. Find(request, profile).Select(breach => $"{request.Method} {request.Path}: {breach}")] : [];

    private static IEnumerable<string> Find(LoggedRequest request, string profile)
    {
        var mlx = profile.StartsWith("mlx", StringComparison.Ordinal);
        if (request.Json is not { } json)
        {
            yield return "the body is no JSON object";
            yield break;
        }
        if (request.HasNulls)
        {
            yield return "holds a null";
        }
        if (!request.HasContentLength || request.IsChunked)
        {
            yield return "has no Content-Length";
        }
        if (request.Stops.Count > 4)
        {
            yield return $"has {request.Stops.Count} stops";
        }
        if (request.Stops.Contains(""))
        {
            yield return "has an empty stop";
        }
        if (request.HasOddStop)
        {
            yield return "has a stop that is no string";
        }
        if (mlx && request.TextualStops.Count > 0)
        {
            yield return $"has the textual stop \"{request.TextualStops[0]}\"";
        }
        if (request.HasSuffix && request.Path != "/api/generate")
        {
            yield return "has a suffix";
        }
        if (profile != "openai" && json.TryGetProperty("messages", out var messages)
            && messages.EnumerateArray().Any(message => message.TryGetProperty("role", out var role) && role.ValueEquals("developer")))
        {
            yield return "has the role developer";
        }
        if (request.IsCompletion && !BoundsItsAnswer(json, profile))
        {
            yield return "does not bound its answer";
        }
        if (mlx && Named(json, "presence_penalty", "frequency_penalty", "repetition_penalty", "logit_bias") is { } penalty)
        {
            yield return $"has {penalty}";
        }
        if (profile.StartsWith("lmstudio", StringComparison.Ordinal) && json.TryGetProperty("tool_choice", out var choice)
            && choice.ValueKind == JsonValueKind.Object)
        {
            yield return "has an object as tool_choice";
        }
    }

    private static bool BoundsItsAnswer(JsonElement json, string profile) =>
        IsNumber(json, "max_tokens")
        || (profile == "openai" && IsNumber(json, "max_completion_tokens"))
        || (json.TryGetProperty("options", out var options) && IsNumber(options, "num_predict"));

    private static bool IsNumber(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number;

    private static string? Named(JsonElement json, params string[] names) => names.FirstOrDefault(name => json.TryGetProperty(name, out _));
}
