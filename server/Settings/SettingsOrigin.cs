namespace Assistant.Settings;

/// <summary>Where settings come from, as messages name it.</summary>
/// <param name="HasLines">People see its lines: messages name them.</param>
/// <param name="Workspace">It belongs to a repository, which is not to be trusted: it may only narrow.</param>
/// <param name="KnownElsewhere">Names that stand there and mean nothing to the server.</param>
public sealed record SettingsOrigin(string Name, bool HasLines, bool Workspace, IReadOnlyCollection<string> KnownElsewhere)
{
    /// <summary>Settings of the extension itself arrive with the editor's.</summary>
    public static SettingsOrigin Editor { get; } = new("editor settings", HasLines: false, Workspace: false, ["server", "log", "trace"]);

    public static SettingsOrigin UserFile(string path) => new(path, HasLines: true, Workspace: false, []);

    public static SettingsOrigin WorkspaceFile(string path) => new(path, HasLines: true, Workspace: true, []);
}
