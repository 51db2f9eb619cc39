using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelServerSimulator;

/// <summary>
/// Embeddings of one text or of a batch: the same text has the same vector everywhere, and texts that share words lie near each other.
/// </summary>
internal static class Embeddings
{
    public static async Task AnswerAsync(Exchange exchange, Profile profile, ServerState server)
    {
        if (exchange.Record.Json is not { } json || Inputs(json) is not { Count: > 0 } inputs)
        {
            await Completions.RefuseAsync(exchange, profile, new Refusal(400, profile.Error(400, "input is required")));
            return;
        }
        var (model, refusal) = await profile.EmbedderAsync(Text(json, "model"), server, exchange);
        if (model is null)
        {
            await Completions.RefuseAsync(exchange, profile, refusal!);
            return;
        }
        var tokenizer = new Tokenizer(FimFormats.Of(model));
        var tokens = inputs.Select(input => tokenizer.Split(input)).ToArray();
        if (tokens.Max(text => text.Count) is var longest && longest > model.ContextTokens
            || exchange.Options.Fault == Fault.ContextOverflow)
        {
            await Completions.RefuseAsync(exchange, profile, profile.TooLong(longest, model));
            return;
        }
        using var lease = server.Lease(model);
        var job = new Job(model, [.. tokens.SelectMany(text => text), "<end>"], new Answer([]), 1, new TextExactStops([]),
            profile.HangUps(streamed: false), lease.Unloaded);
        await foreach (var _ in server.Engine.RunAsync(job, exchange.Record, exchange.PeerGone, exchange.Stop))
        {
        }
        var base64 = profile.EmbedsBase64 && Text(json, "encoding_format") == "base64";
        var vectors = exchange.Options.Fault == Fault.EmptyContent
            ? [] : tokens.Select(text => Encoded(Vector(text, exchange.Options.EmbeddingDimensions), base64)).ToArray();
        var body = profile.Embedded(model, vectors, tokens.Sum(text => text.Count));
        await Completions.ReplyAsync(exchange, profile, body);
    }

    /// <summary>The words' hashed directions, summed up to length 1.</summary>
    private static float[] Vector(IReadOnlyList<string> tokens, int dimensions)
    {
        var vector = new double[dimensions];
        foreach (var token in tokens.Select(token => token.Trim().ToLowerInvariant()).Where(token => token.Length > 0))
        {
            var hash = token.Aggregate(2166136261, (sum, character) => (sum ^ character) * 16777619);
            vector[hash % (uint)dimensions] += (hash >> 16 & 1) == 0 ? 1 : -1;
            vector[(hash >> 8) % (uint)dimensions] += 0.5;
        }
        var length = Math.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => (float)Math.Round(length > 0 ? value / length : 1 / Math.Sqrt(dimensions), 4))];
    }

    private static JsonNode Encoded(float[] vector, bool base64) => base64
        ? Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan()))
        : new JsonArray([.. vector.Select(value => (JsonNode)Math.Round((double)value, 4))]);

    private static IReadOnlyList<string> Inputs(JsonElement json) => json.TryGetProperty("input", out var input) ? input.ValueKind switch
    {
        JsonValueKind.String => [input.GetString()!],
        JsonValueKind.Array => [.. input.EnumerateArray().Select(text => text.ToString())],
        _ => [],
    } : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
