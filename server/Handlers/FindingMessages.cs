using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Solutions;
using Assistant.Workspace.Status;

namespace Assistant.Handlers;

/// <summary>Reports the findings of loads to the user, each once, with a button where a click can fix it.</summary>
/// <param name="ending">Cancelled when the session ends; a running restore is cancelled with it.</param>
internal sealed class FindingMessages(SessionServices services, Action reload, CancellationToken ending)
{
    private const int MostShown = 3;
    private const string InstallSdkUrl = "https://dotnet.microsoft.com/download/dotnet/10.0";

    private readonly ConcurrentDictionary<string, bool> reported = [];

    /// <summary>The restore that runs, if any does.</summary>
    public Task Restoring { get; private set; } = Task.CompletedTask;

    public void Report(LoadedWorkspace loaded, bool mayRun)
    {
        if (loaded.Question is { } question && reported.TryAdd(question.Folder, true))
        {
            _ = QuietlyAsync(() => ChooseAsync(question));
        }
        // A restore under way ends with another load, which asks about the projects that are left.
        if (mayRun && Restoring.IsCompleted && RestoreOffer.Of(loaded) is { } offer && reported.TryAdd(offer.Message, true))
        {
            _ = QuietlyAsync(() => OfferAsync(offer));
        }
        foreach (var finding in loaded.AllFindings.Where(finding => !RestoreOffer.Covers(finding)))
        {
            if (reported.TryAdd($"{finding.Kind} {finding.Path} {finding.Message}", true))
            {
                _ = QuietlyAsync(() => ReportAsync(finding));
            }
        }
    }

    private static async Task QuietlyAsync(Func<Task> report)
    {
        try
        {
            await report();
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // The client knows no buttons, or is gone: no choice was made.
        }
    }

    /// <summary>Reports a failed restore with the same button; the load that follows does not report it again.</summary>
    private async Task OfferAsync(RestoreOffer offer)
    {
        var (type, message) = (MessageType.Warning, offer.Message);
        while (await services.Server.Client.AskAsync(type, message, ["Restore"], ending) == "Restore"
            // The workspace may have lost its trust while the message was shown.
            && services.Server.Loop.Current.MayRunProjectCode)
        {
            var restoring = RestoreAsync(offer.Targets);
            Restoring = restoring;
            if (await restoring is not { } failure)
            {
                return;
            }
            (type, message) = (MessageType.Error, failure);
        }
    }

    private async Task ReportAsync(LoadFinding finding)
    {
        var client = services.Server.Client;
        switch (finding.Remedy)
        {
            case Remedy.InstallSdk:
                await client.ShowMessageAsync(MessageType.Warning, $"{finding.Message} {InstallSdkUrl}");
                break;
            default:
                var type = finding.Kind == FindingKind.NotTrusted ? MessageType.Info : MessageType.Warning;
                await client.LogMessageAsync(type, finding.Message);
                break;
        }
    }

    private async Task ChooseAsync(SolutionQuestion question)
    {
        var names = question.Candidates.ToDictionary(candidate => Path.GetRelativePath(question.Folder, candidate));
        var chosen = await services.Server.Client.AskAsync(
            MessageType.Info, "Several solutions lie in this folder. Which one is meant?", [.. names.Keys], ending);
        if (chosen is not null && names.TryGetValue(chosen, out var solution))
        {
            services.Loader.Choose(question.Folder, solution);
            reload();
        }
    }

    /// <returns>The failures; null where there was none, or the restore was cancelled.</returns>
    private async Task<string?> RestoreAsync(ImmutableArray<string> targets)
    {
        var client = services.Server.Client;
        var failures = new List<string>();
        await using var bar = await client.BeginProgressAsync("Assistant", cancellable: true, ending);
        var progress = new BarProgress<LoadProgress>(bar, report => (report.Message, null));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bar.Cancelled, ending);
        try
        {
            foreach (var path in targets)
            {
                foreach (var failure in await services.Loader.RestoreAsync(path, progress, either.Token))
                {
                    await client.LogMessageAsync(MessageType.Error, failure.Message);
                    reported.TryAdd(failure.Message, true);
                    failures.Add(failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return null;
        }
        reload();
        var rest = failures.Count > MostShown ? $"\nAnd {failures.Count - MostShown} more, in the log." : "";
        return failures.Count == 0 ? null : string.Join('\n', failures.Take(MostShown)) + rest;
    }
}
