using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Usage.Prices;

/// <summary>The prices of requests at a cloud, from <c>prices.json</c> with its date. For comparison only; nothing is charged.</summary>
internal sealed record PriceList(
    string Source, DateOnly Date, IReadOnlyDictionary<string, Price> Models, IReadOnlyDictionary<string, string> Tasks)
{
    private static readonly Lazy<PriceList> Loaded = new(() =>
    {
        using var stream = typeof(PriceList).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize(stream, PriceJson.Default.PriceList)!;
    });

    public static PriceList BuiltIn => Loaded.Value;

    /// <summary>The cloud model that a task is compared with, and USD; null if the server did not count tokens.</summary>
    public (string Model, double Usd)? CostOf(RequestRecord record)
    {
        if (record.PromptTokens is null && record.CompletionTokens is null)
        {
            return null;
        }
        var model = Tasks.GetValueOrDefault(JsonNamingPolicy.CamelCase.ConvertName(record.Task.ToString())) ?? Tasks["*"];
        var price = Models[model];
        var cached = Math.Min(record.CachedTokens ?? 0, record.PromptTokens ?? 0);
        var usd = (((record.PromptTokens ?? 0) - cached) * price.Input
            + cached * price.CachedInput
            + (record.CompletionTokens ?? 0) * price.Output) / 1e6;
        return (model, usd);
    }
}

/// <summary>USD for a million tokens.</summary>
internal sealed record Price(double Input, double CachedInput, double Output);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PriceList))]
internal sealed partial class PriceJson : JsonSerializerContext;
