using System.Globalization;
using System.Text.Json;
using Assistant.Evaluation;

namespace Assistant.Cli;

/// <summary><c>assistant eval patterns</c>: what Patterns would have shown in a workspace, and how much of it was right (docs/patterns.md).</summary>
internal sealed class EvaluatePatternsCommand(CommandServices services)
{
    public async Task<int> RunAsync(string folder, bool json, CancellationToken token)
    {
        if (!Directory.Exists(folder))
        {
            await services.Error.WriteLineAsync($"{folder} is no folder.");
            return 1;
        }
        var report = PatternsEvaluation.Run(folder, new PatternsEvaluationRules(), services.Clock, token);
        await services.Output.WriteLineAsync(json ? JsonSerializer.Serialize(report, CliJson.Default.PatternsReport) : Table(report));
        return 0;
    }

    private static string Table(PatternsReport report) => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture, $"{report.Workspace}: {report.Files} files, {report.Tokens} tokens; built in {report.BuildMilliseconds:F0} ms, {report.IndexMegabytes:F0} MB"),
        string.Create(CultureInfo.InvariantCulture, $"an answer takes {report.P50Milliseconds:F2} ms (p50), {report.P95Milliseconds:F2} ms (p95); taking a changed file in {report.UpdateP95Milliseconds:F1} ms (p95)"),
        $"{"places",-14}{"number",8}{"shown",9}{"right",9}{"tokens",8}{"claimed",9}",
        .. report.Groups.Select(group => string.Create(CultureInfo.InvariantCulture,
            $"{group.Name,-14}{group.Positions,8}{100 * group.FiredShare,8:F1}%{100 * group.RightShare,8:F1}%{group.ShownTokens,8:F1}{100 * group.Confidence,8:F1}%")),
    ]);
}
