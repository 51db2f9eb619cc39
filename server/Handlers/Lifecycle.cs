using System.Collections.Immutable;
using Assistant.Lsp;
using Assistant.Lsp.Protocol;
using Assistant.ModelServers;
using Assistant.Settings;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;

namespace Assistant.Handlers;

/// <summary><c>initialize</c> and <c>initialized</c>: who the client is, what the server can do, and the start of loading.</summary>
internal static class Lifecycle
{
    /// <summary>A client that does not say its settings by then is not waited for any longer; they hold when they come.</summary>
    private static readonly TimeSpan SettingsAfter = TimeSpan.FromSeconds(2);

    public static void Register(SessionServices services, Configuration configuration, WorkspaceLoading loading, StatusReporter status)
    {
        var server = services.Server;
        server.OnInitialize((state, p) =>
        {
            var folders = FoldersOf(p);
            // A client that does not speak of trust counts as trusting.
            var trusted = p.InitializationOptions?.Trusted ?? true;
            var next = state with { OurClient = p.InitializationOptions?.Trusted is not null };
            next = next.With(next.Workspace.With(folders, trusted));
            next = next.With(next.Sources with
            {
                Client = Configuration.DocumentOf(p.InitializationOptions?.Settings, before: null) ?? next.Sources.Client,
                Workspace = folders.IsEmpty ? null : SettingsFiles.ReadWorkspace(folders[0]),
            });
            return (next, Result());
        });
        server.OnNotification(Methods.Initialized, async (state, _, token) =>
        {
            configuration.Begin(state);
            status.Report();
            // Before anything is loaded: the settings may say that nothing of the workspace is to be executed.
            var asked = state.Sources.Client is null ? configuration.AskAsync(token) : Task.CompletedTask;
            await Task.WhenAny(asked, Task.Delay(SettingsAfter, services.Clock, token));
            await server.Loop.MutateAsync(now =>
            {
                loading.Reload("the session began");
                return now;
            });
            if (!await WatchesAsync(server.Client, token))
            {
                loading.Watch();
            }
            await asked;
            // Found out ahead of the first key: the status bar tells it, and nobody waits for it later.
            await services.Models.Router.RouteAsync(ModelTask.Completion, token);
        });
    }

    /// <summary>A client that says it can watch and then cannot is one that cannot.</summary>
    private static async Task<bool> WatchesAsync(LspClient client, CancellationToken token)
    {
        try
        {
            return await client.WatchFilesAsync([.. FileChange.Globs, $"**/{SettingsSources.FileName}"], token);
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private static ImmutableArray<string> FoldersOf(InitializeParams p)
    {
        var uris = p.WorkspaceFolders is { Count: > 0 } folders ? folders.Select(folder => folder.Uri) : p.RootUri is { } root ? [root] : [];
        ImmutableArray<string> paths = [.. uris.Select(DocumentUri.ToPath).OfType<string>().Distinct()];
        return paths.IsEmpty && p.RootPath is { } path && Path.IsPathFullyQualified(path) && !path.Contains('\0') ? [path] : paths;
    }

    private static InitializeResult Result() => new(
        new ServerCapabilities(
            "utf-16",
            new TextDocumentSyncOptions(OpenClose: true, TextDocumentSyncKind.Incremental, new SaveOptions(IncludeText: false)),
            InlineCompletionProvider: true,
            Workspace: new WorkspaceServerCapabilities(new WorkspaceFoldersServerCapabilities(Supported: true, ChangeNotifications: true))),
        new ServerInfo("assistant", typeof(Lifecycle).Assembly.GetName().Version?.ToString(3)));
}
