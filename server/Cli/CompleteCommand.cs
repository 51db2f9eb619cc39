using System.Text.Json;
using System.Text.Json.Serialization;
using Assistant.Basics;
using Assistant.Completion;

namespace Assistant.Cli;

/// <summary><c>assistant complete FILE:LINE:COL</c>: prints one inline completion, with its verdict and the time of each stage.</summary>
internal sealed class CompleteCommand(CommandServices services)
{
    /// <returns>The exit code: 0 also without a suggestion, 1 for a place that cannot be read.</returns>
    public async Task<int> RunAsync(CommandPlace place, EngineChoice engine, bool json, CancellationToken token)
    {
        var (document, error) = services.Open(place);
        if (document is null)
        {
            await services.Error.WriteLineAsync(error);
            return 1;
        }
        var trace = new StageTrace(services.Clock);
        CompletionQuery query;
        using (trace.Measure("load"))
        {
            query = await services.LoadAsync(document, indexed: engine != EngineChoice.Model, token);
        }
        var settings =
            services.Settings.Completion with { Patterns = engine != EngineChoice.Model && services.Settings.Completion.Patterns };
        var answer = engine == EngineChoice.Patterns
            ? await services.Completion.SuggestFromPatternsAsync(query, settings, token)
            : await services.Completion.SuggestAsync(query, settings, token);
        await WriteAsync(CompleteResult.Of(answer, query, trace), json);
        return 0;
    }

    private async Task WriteAsync(CompleteResult result, bool json)
    {
        if (json)
        {
            await services.Output.WriteLineAsync(JsonSerializer.Serialize(result, CliJson.Default.CompleteResult));
        }
        else if (result.Shown)
        {
            await services.Output.WriteLineAsync(result.Text);
            var engine = result.Model is null ? result.Engine : $"{result.Engine} {result.Model}";
            await services.Error.WriteLineAsync($"({engine}, {result.Verdict}, level {result.Level}, {result.Ms["total"]:F0} ms)");
        }
        else
        {
            await services.Error.WriteLineAsync($"Nothing to show: {result.Reason}");
        }
    }
}

internal enum EngineChoice
{
    Any,
    Model,
    Patterns,
}

/// <summary>The output of <c>--json</c>; scripts rely on the names.</summary>
/// <param name="Start">UTF-16 offset at which the text that <paramref name="Text"/> replaces begins.</param>
/// <param name="End">UTF-16 offset at which it ends.</param>
/// <param name="Verdict"><c>unchecked</c>: the compiler does not check suggestions yet.</param>
/// <param name="Ms">Stage → ms.</param>
internal sealed record CompleteResult(
    bool Shown,
    string? Text,
    int? Start,
    int? End,
    string? Engine,
    string? Model,
    string Level,
    bool Degraded,
    string Verdict,
    string? Reason,
    string? Raw,
    IReadOnlyDictionary<string, double> Ms)
{
    public static CompleteResult Of(CompletionAnswer answer, CompletionQuery query, StageTrace trace)
    {
        var ms = new Dictionary<string, double>();
        foreach (var (stage, milliseconds) in trace.Stages.Concat(answer.Trace.Stages))
        {
            ms[stage] = Math.Round(ms.GetValueOrDefault(stage) + milliseconds, 2);
        }
        var suggestion = answer as Suggestion;
        var source = suggestion?.Source ?? (answer as NoSuggestion)?.Source;
        var project = query.Snapshot.Project(query.Uri);
        return new CompleteResult(
            suggestion is not null,
            suggestion?.Text,
            suggestion?.Start,
            suggestion?.End,
            source?.Engine.ToString().ToLowerInvariant(),
            source?.Model,
            (project?.Level ?? query.Snapshot.Level).ToString().ToLowerInvariant(),
            project?.Degraded ?? false,
            (suggestion?.Verdict ?? Completion.Verdict.Unchecked).Kind.ToString().ToLowerInvariant(),
            answer is NoSuggestion none ? $"{none.Reason}: {none.Detail}" : null,
            source?.Raw,
            ms);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CompleteResult))]
[JsonSerializable(typeof(ContextResult))]
internal sealed partial class CliJson : JsonSerializerContext;
