using Assistant.Lsp;
using Assistant.Lsp.Protocol;
using Assistant.Workspace;

namespace Assistant.Handlers;

/// <summary>Tells the user what loading found, each thing once, with a button where a click can mend it. Nothing is mended unasked.</summary>
internal sealed class FindingMessages(SessionServices services, Action reload)
{
    private const string InstallSdkUrl = "https://dotnet.microsoft.com/download/dotnet/10.0";

    private readonly HashSet<string> told = [];

    public void Tell(LoadedWorkspace loaded, bool mayRun)
    {
        if (loaded.Question is { } question && told.Add(question.Folder))
        {
            _ = ChooseAsync(question);
        }
        foreach (var finding in loaded.Findings.Concat(loaded.Projects.SelectMany(project => project.Findings)))
        {
            if (told.Add($"{finding.Kind} {finding.Path} {finding.Message}"))
            {
                _ = TellAsync(finding, mayRun);
            }
        }
    }

    private async Task TellAsync(LoadFinding finding, bool mayRun)
    {
        var client = services.Server.Client;
        switch (finding.Remedy)
        {
            case Remedy.Restore when mayRun && finding.Path is { } path:
                if (await client.AskAsync(MessageType.Warning, finding.Message, ["Restore"], CancellationToken.None) == "Restore")
                {
                    await RestoreAsync(path);
                }
                break;
            case Remedy.InstallSdk:
                await client.ShowMessageAsync(MessageType.Warning, $"{finding.Message} {InstallSdkUrl}");
                break;
            default:
                await client.LogMessageAsync(finding.Kind == FindingKind.NotTrusted ? MessageType.Info : MessageType.Warning, finding.Message);
                break;
        }
    }

    private async Task ChooseAsync(SolutionQuestion question)
    {
        var names = question.Candidates.ToDictionary(candidate => Path.GetRelativePath(question.Folder, candidate));
        var chosen = await services.Server.Client.AskAsync(
            MessageType.Info, "Several solutions lie in this folder. Which one is meant?", [.. names.Keys], CancellationToken.None);
        if (chosen is not null && names.TryGetValue(chosen, out var solution))
        {
            services.Loader.Choose(question.Folder, solution);
            reload();
        }
    }

    private sealed class LoadingBarReports(WorkDoneProgress bar) : IProgress<LoadProgress>
    {
        // Not waited for: a slow client must not slow down the restore.
        public void Report(LoadProgress value) => _ = bar.ReportAsync(value.Message).AsTask();
    }

    private async Task RestoreAsync(string path)
    {
        await using var bar = await services.Server.Client.BeginProgressAsync("Assistant", cancellable: true, CancellationToken.None);
        try
        {
            foreach (var failure in await services.Loader.RestoreAsync(path, new LoadingBarReports(bar), bar.Cancelled))
            {
                await services.Server.Client.ShowMessageAsync(MessageType.Error, failure.Message);
            }
        }
        catch (OperationCanceledException) when (bar.Cancelled.IsCancellationRequested)
        {
            return;
        }
        reload();
    }
}
