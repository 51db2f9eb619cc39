using System.Collections.Immutable;
using Assistant.FileAccess;
using Assistant.Settings;
using Assistant.Workspace;
using Assistant.Workspace.Files;

namespace Assistant.Handlers;

/// <summary>The stages of a session, in order; a session never goes back.</summary>
public enum SessionPhase
{
    /// <summary>Before <c>initialized</c>: the client takes neither messages nor requests.</summary>
    Starting,

    /// <summary>The client listens. Its settings are not known yet, and may forbid that anything is loaded.</summary>
    Initialized,

    /// <summary>The client's settings are known, or did not come in time: the workspace is loaded.</summary>
    MayLoad,
}

/// <summary>The state of a session at one place in the order of messages. Immutable; mutations in the loop make the next one.</summary>
/// <param name="Sources">The settings of each source, so that one of them can change.</param>
/// <param name="Settings">The settings that the sources give together.</param>
/// <param name="Warnings">The problems of the sources, in sentences for people.</param>
/// <param name="OurClient">The client is this project's extension: it knows the commands and messages that are not LSP's.</param>
public sealed record SessionState(
    WorkspaceSnapshot Workspace, SettingsSources Sources, AssistantSettings Settings, IReadOnlyList<string> Warnings, bool OurClient)
{
    public SessionPhase Phase { get; private init; }

    /// <summary>The newest report of files that have changed on disk. Effects get every report: they get every transition.</summary>
    public ImmutableArray<FileChange> FileReport { get; init; } = [];

    /// <summary>The workspace may run code of its own only where it is trusted and the user did not forbid it.</summary>
    public bool MayRunProjectCode => Workspace.Trusted && Settings.Workspace.ProjectCode;

    /// <summary>
    /// Follows from the settings and the workspace folders; <see cref="With(WorkspaceSnapshot)"/> and its like keep it so.
    /// </summary>
    public FileAccessPolicy FileAccess { get; private init; } = FileAccessPolicy.Of(Settings, Workspace.Folders);

    public static SessionState Start(SettingsSources sources)
    {
        var (settings, warnings) = sources.Resolve();
        return new(WorkspaceSnapshot.Start([], trusted: false), sources, settings, warnings, OurClient: false);
    }

    public SessionState With(WorkspaceSnapshot workspace) => this with
    {
        Workspace = workspace,
        FileAccess = Workspace.Folders == workspace.Folders ? FileAccess : FileAccess.With(Settings, workspace.Folders),
    };

    public SessionState With(SettingsSources sources)
    {
        var (settings, warnings) = sources.Resolve();
        return this with
        {
            Sources = sources,
            Settings = settings,
            Warnings = warnings,
            FileAccess = FileAccess.With(settings, Workspace.Folders),
        };
    }

    /// <summary>The state at this phase; the same state where the session has come as far.</summary>
    public SessionState With(SessionPhase phase) => phase > Phase ? this with { Phase = phase } : this;
}
