using Assistant.Lsp.Protocol;
using Assistant.Settings;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;

namespace Assistant.Handlers;

/// <summary>Folders, trust and files on disk: what the editor tells of the workspace around the open documents.</summary>
internal static class WorkspaceEvents
{
    public static void Register(SessionServices services, Configuration configuration, WorkspaceLoading loading)
    {
        var server = services.Server;
        server.OnMutation(Methods.DidChangeTrust, (state, p) =>
            state.Workspace.Trusted == p.Trusted ? state : state.With(state.Workspace.With(state.Workspace.Folders, p.Trusted)));
        server.OnMutation(Methods.DidChangeWorkspaceFolders, (state, p) =>
        {
            var removed = p.Event.Removed.Select(folder => DocumentUri.ToPath(folder.Uri)).ToHashSet();
            var added = p.Event.Added.Select(folder => DocumentUri.ToPath(folder.Uri)).OfType<string>();
            var folders = state.Workspace.Folders.Where(folder => !removed.Contains(folder)).Union(added);
            var next = state.With(state.Workspace.With([.. folders], state.Workspace.Trusted));
            // Another folder's settings are not this one's.
            return FirstOf(state) == FirstOf(next) ? next
                : next.With(next.Sources with { Workspace = FirstOf(next) is { } folder ? SettingsFiles.ReadWorkspace(folder) : null });
        });
        server.OnMutation(Methods.DidChangeWatchedFiles, (state, p) =>
        {
            loading.FilesChanged(p.Changes.Select(change => DocumentUri.ToPath(change.Uri)).OfType<string>().Select(path => new FileChange(path)));
            if (p.Changes.Any(change => Path.GetFileName(DocumentUri.ToPath(change.Uri)) == SettingsSources.FileName))
            {
                configuration.Look();
            }
            return state;
        });
        server.Loop.Changed += (before, after) =>
        {
            if (!before.Workspace.Folders.SequenceEqual(after.Workspace.Folders) && !before.Workspace.Folders.IsEmpty)
            {
                loading.FoldersChanged([.. before.Workspace.Folders.Except(after.Workspace.Folders)]);
            }
            else if (before.Settings.Workspace.Solution != after.Settings.Workspace.Solution && !before.Workspace.Folders.IsEmpty)
            {
                loading.Reload("another solution was named");
            }
            else if (before.MayRunProjectCode != after.MayRunProjectCode && (before.OurClient || !before.Workspace.Folders.IsEmpty))
            {
                loading.Reload(after.MayRunProjectCode ? "its code may be run now" : "its code may not be run any more");
            }
        };
    }

    private static string? FirstOf(SessionState state) => state.Workspace.Folders is [var first, ..] ? first : null;
}
