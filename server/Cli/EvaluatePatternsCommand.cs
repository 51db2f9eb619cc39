using Assistant.Evaluation;
using Assistant.Workspace.Files;

namespace Assistant.Cli;

/// <summary><c>assistant eval patterns</c>: measures the suggestions of Patterns in a workspace (docs/patterns.md).</summary>
internal sealed class EvaluatePatternsCommand(CommandServices services)
{
    public async Task<int> RunAsync(string folder, bool json, CancellationToken token)
    {
        if (!SourceFiles.In(folder).Any())
        {
            await services.Error.WriteLineAsync($"There is no C# file in {folder}; --workspace names another folder.");
            return 1;
        }
        var report = PatternsEvaluation.Run(folder, new PatternsEvaluationRules(), services.Clock, token);
        PatternsReportText.Write(report, json, services.Output);
        return 0;
    }
}
