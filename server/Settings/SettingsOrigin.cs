namespace Assistant.Settings;

/// <summary>A source of settings.</summary>
/// <param name="Name">As messages name it.</param>
/// <param name="HasLines">True for a text file: messages name the line.</param>
/// <param name="Workspace">True for the file of a repository, which is not trusted: it may only restrict.</param>
/// <param name="KnownElsewhere">Names of settings that the source has for other programs.</param>
public sealed record SettingsOrigin(string Name, bool HasLines, bool Workspace, IReadOnlyCollection<string> KnownElsewhere)
{
    /// <summary>The editor also sends the settings of the extension itself.</summary>
    public static SettingsOrigin Editor { get; } = new("editor settings", HasLines: false, Workspace: false, ["server", "log", "trace"]);

    public static SettingsOrigin UserFile(string path) => new(path, HasLines: true, Workspace: false, []);

    public static SettingsOrigin WorkspaceFile(string path) => new(path, HasLines: true, Workspace: true, []);
}
