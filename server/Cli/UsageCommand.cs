using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assistant.Usage;

namespace Assistant.Cli;

/// <summary><c>assistant models --usage</c>: the recorded use of each model on this machine, and its price in a cloud.</summary>
internal sealed class UsageCommand(CommandServices services)
{
    /// <returns>The exit code: 0, even without records.</returns>
    public async Task<int> RunAsync(bool json)
    {
        var usage = await services.Models.Records.UsageAsync();
        if (json)
        {
            await services.Output.WriteLineAsync(JsonSerializer.Serialize(usage, UsageJson.Default.IReadOnlyListModelUsage));
            return 0;
        }
        if (usage.Count == 0)
        {
            await services.Output.WriteLineAsync("There are no records of requests yet, or records.enabled is off.");
            return 0;
        }
        string[][] rows =
        [
            ["endpoint", "model", "requests", "failed", "left", "tokens in", "cached", "out", "a cloud, USD"],
            .. usage.Select(model => (string[])
            [
                model.Endpoint, model.Model, Number(model.Requests), Number(model.Failed), Number(model.LeftMachine),
                Number(model.PromptTokens), Number(model.CachedTokens), Number(model.CompletionTokens),
                model.CloudUsd.ToString("F2", CultureInfo.InvariantCulture),
            ]),
        ];
        foreach (var line in TextTable.Lines(rows, leftAligned: 2))
        {
            await services.Output.WriteLineAsync(line);
        }
        return 0;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<ModelUsage>))]
internal sealed partial class UsageJson : JsonSerializerContext;
