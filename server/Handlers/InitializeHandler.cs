using System.Collections.Immutable;
using Assistant.Lsp;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Settings;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary><c>initialize</c> and <c>initialized</c>: the client's facts, the server's capabilities, and the start of loading.</summary>
internal static partial class InitializeHandler
{
    /// <summary>Loading starts then without the client's settings; they take effect when they come.</summary>
    private static readonly TimeSpan SettingsAfter = TimeSpan.FromSeconds(2);

    public static void Register(SessionServices services, ConfigurationHandler configuration, WorkspaceLoading loading)
    {
        var server = services.Server;
        var logger = services.Loggers.CreateLogger(nameof(InitializeHandler));
        server.OnInitialize(
            Result(),
            (_, p) =>
            {
                if (p.InitializationOptions?.Ignored is { } ignored)
                {
                    LogIgnored(logger, ignored);
                }
                return FoldersOf(p) is [var first, ..] ? SettingsFiles.ReadWorkspace(first) : null;
            },
            Initialize);
        server.OnNotification(Methods.Initialized, async (state, _, token) =>
        {
            await server.Loop.MutateAsync(now => now.With(SessionPhase.Initialized));
            // Nothing is loaded before: the settings may forbid that code of the workspace runs.
            var asked = state.Sources.Client is null ? configuration.RequestAsync(token) : Task.CompletedTask;
            await Task.WhenAny(asked, Task.Delay(SettingsAfter, services.Clock, token));
            await server.Loop.MutateAsync(now => now.With(SessionPhase.MayLoad));
            if (!await WatchesAsync(server.Client, token))
            {
                loading.Watch();
            }
            await asked;
        });
    }

    private static SessionState Initialize(SessionState state, InitializeParams p, SettingsDocument? workspaceSettings)
    {
        // A client that says nothing about trust counts as trusting.
        var trusted = p.InitializationOptions?.Trusted ?? true;
        var next = state with { OurClient = p.InitializationOptions?.Trusted is not null };
        next = next.With(next.Workspace.With(FoldersOf(p), trusted));
        return next.With(next.Sources with
        {
            Client = ConfigurationHandler.DocumentOf(p.InitializationOptions?.Settings, before: null) ?? next.Sources.Client,
            Workspace = workspaceSettings,
        });
    }

    /// <summary>A client that refuses the registration counts as one that cannot watch files.</summary>
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
        var uris = p.WorkspaceFolders is { Count: > 0 } folders ? folders.Select(folder => folder.Uri)
            : p.RootUri is { } root ? [root]
            : [];
        ImmutableArray<string> paths = [.. uris.Select(DocumentUri.ToPath).OfType<string>().Distinct()];
        return paths.IsEmpty && p.RootPath is { } path && Path.IsPathFullyQualified(path) && !path.Contains('\0') ? [path] : paths;
    }

    private static InitializeResult Result() => new(
        new ServerCapabilities(
            "utf-16",
            new TextDocumentSyncOptions(OpenClose: true, TextDocumentSyncKind.Incremental, new SaveOptions(IncludeText: false)),
            InlineCompletionProvider: true,
            Workspace: new WorkspaceServerCapabilities(new WorkspaceFoldersServerCapabilities(Supported: true, ChangeNotifications: true))),
        new ServerInfo("assistant", typeof(InitializeHandler).Assembly.GetName().Version?.ToString(3)));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A part of the client's initializationOptions has no effect: {Ignored}.")]
    private static partial void LogIgnored(ILogger logger, string ignored);
}
