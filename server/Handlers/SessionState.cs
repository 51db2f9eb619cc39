using Assistant.FileAccess;
using Assistant.Settings;
using Assistant.Workspace;

namespace Assistant.Handlers;

/// <summary>All that a language server session knows, at one place in the order of messages. Immutable; the loop makes the next one.</summary>
/// <param name="Sources">What each source of settings said, so that one of them can change.</param>
/// <param name="Settings">What they come to.</param>
/// <param name="Warnings">What is wrong with the sources, in sentences for people.</param>
/// <param name="OurClient">Our own extension: it knows the commands and messages that are not LSP's.</param>
public sealed record SessionState(WorkspaceSnapshot Workspace, SettingsSources Sources, AssistantSettings Settings, IReadOnlyList<string> Warnings, bool OurClient)
{
    /// <summary>Follows from the settings and the workspace folders; <see cref="With(WorkspaceSnapshot)"/> and its like keep it so.</summary>
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

    /// <summary>The workspace may run code of its own only where it is trusted and the user did not forbid it.</summary>
    public bool MayRunProjectCode => Workspace.Trusted && Settings.Workspace.ProjectCode;
}
