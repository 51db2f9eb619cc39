using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assistant.Lsp;
using Assistant.Lsp.Protocol;
using Assistant.Workspace.Loading;
using Assistant.Workspace.Solutions;
using Assistant.Workspace.Status;

namespace Assistant.Handlers;

/// <summary>Tells the user what loading found, each thing once, with a button where a click can mend it. Nothing is mended unasked.</summary>
/// <param name="ending">Cancelled when the session ends; what was started is ended with it.</param>
internal sealed class FindingMessages(SessionServices services, Action reload, CancellationToken ending)
{
    private const int MostSaid = 3;
    private const string InstallSdkUrl = "https://dotnet.microsoft.com/download/dotnet/10.0";

    private readonly ConcurrentDictionary<string, bool> told = [];

    /// <summary>The restore that runs, if any does.</summary>
    public Task Restoring { get; private set; } = Task.CompletedTask;

    public void Tell(LoadedWorkspace loaded, bool mayRun)
    {
        if (loaded.Question is { } question && told.TryAdd(question.Folder, true))
        {
            _ = QuietlyAsync(() => ChooseAsync(question));
        }
        // What a restore under way has not come to yet is not asked about; it ends with another load.
        if (mayRun && Restoring.IsCompleted && RestoreOffer.Of(loaded) is { } offer && told.TryAdd(offer.Message, true))
        {
            _ = QuietlyAsync(() => OfferAsync(offer));
        }
        foreach (var finding in loaded.AllFindings.Where(finding => !RestoreOffer.Covers(finding)))
        {
            if (told.TryAdd($"{finding.Kind} {finding.Path} {finding.Message}", true))
            {
                _ = QuietlyAsync(() => TellAsync(finding));
            }
        }
    }

    private static async Task QuietlyAsync(Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // The client knows no buttons, or is gone: nobody has chosen anything.
        }
    }

    /// <summary>What fails is said with the same button, and not once more by the load that follows.</summary>
    private async Task OfferAsync(RestoreOffer offer)
    {
        var (type, message) = (MessageType.Warning, offer.Message);
        while (await services.Server.Client.AskAsync(type, message, ["Restore"], ending) == "Restore"
            // Trust may have gone while the button stood there.
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

    private async Task TellAsync(LoadFinding finding)
    {
        var client = services.Server.Client;
        switch (finding.Remedy)
        {
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
            MessageType.Info, "Several solutions lie in this folder. Which one is meant?", [.. names.Keys], ending);
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

    /// <returns>Why it failed; null if it did not, or was cancelled.</returns>
    private async Task<string?> RestoreAsync(ImmutableArray<string> targets)
    {
        var client = services.Server.Client;
        var failures = new List<string>();
        await using var bar = await client.BeginProgressAsync("Assistant", cancellable: true, ending);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bar.Cancelled, ending);
        try
        {
            foreach (var path in targets)
            {
                foreach (var failure in await services.Loader.RestoreAsync(path, new LoadingBarReports(bar), either.Token))
                {
                    await client.LogMessageAsync(MessageType.Error, failure.Message);
                    told.TryAdd(failure.Message, true);
                    failures.Add(failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return null;
        }
        reload();
        return failures.Count == 0 ? null
            : string.Join('\n', failures.Take(MostSaid)) + (failures.Count > MostSaid ? $"\nAnd {failures.Count - MostSaid} more, in the log." : "");
    }
}
