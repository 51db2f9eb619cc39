using System.Collections.Immutable;
using Assistant.Lsp.Protocol;
using Assistant.Server;
using Assistant.Settings;
using Assistant.Workspace.Documents;
using Assistant.Workspace.Files;

namespace Assistant.Handlers;

/// <summary>The editor's notifications about workspace folders, trust and files on disk.</summary>
internal static class WorkspaceEvents
{
    public static void Register(SessionServices services)
    {
        var server = services.Server;
        server.OnMutation(Methods.DidChangeTrust, (state, p) =>
            state.Workspace.Trusted == p.Trusted ? state : state.With(state.Workspace.With(state.Workspace.Folders, p.Trusted)));
        server.OnMutation(Methods.DidChangeWorkspaceFolders, ReadSettings, ChangeFolders);
        server.OnMutation(Methods.DidChangeWatchedFiles, (state, p) => state with
        {
            FileReport =
            [
                .. from change in p.Changes
                   let path = DocumentUri.ToPath(change.Uri)
                   where path is not null
                   select new FileChange(path),
            ],
        });
    }

    /// <summary>The settings file of the folder that is the first one now; null where the first one stays, or has no file.</summary>
    private static SettingsDocument? ReadSettings(SessionState state, DidChangeWorkspaceFoldersParams p)
    {
        var first = FoldersAfter(state, p).FirstOrDefault();
        return first is not null && first != state.Workspace.Folders.FirstOrDefault() ? SettingsFiles.ReadWorkspace(first) : null;
    }

    private static Mutation<SessionState> ChangeFolders(
        SessionState state, DidChangeWorkspaceFoldersParams p, SettingsDocument? settingsOfFirst)
    {
        var after = FoldersAfter(state, p);
        var next = state.With(state.Workspace.With(after, state.Workspace.Trusted));
        // The workspace's settings are those of its first folder.
        return after.FirstOrDefault() == state.Workspace.Folders.FirstOrDefault()
            ? next
            : next.With(next.Sources with { Workspace = settingsOfFirst });
    }

    private static ImmutableArray<string> FoldersAfter(SessionState state, DidChangeWorkspaceFoldersParams p)
    {
        var removed = p.Event.Removed.Select(folder => DocumentUri.ToPath(folder.Uri)).ToHashSet();
        var added = p.Event.Added.Select(folder => DocumentUri.ToPath(folder.Uri)).OfType<string>();
        return [.. state.Workspace.Folders.Where(folder => !removed.Contains(folder)).Union(added)];
    }
}
