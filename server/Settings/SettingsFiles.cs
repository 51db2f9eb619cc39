using Assistant.Basics;

namespace Assistant.Settings;

/// <summary>Where settings files lie and how they are read: a missing file is no settings, what is wrong with one is a problem in it.</summary>
public static class SettingsFiles
{
    /// <summary><c>~/.config/assistant/assistant.json</c>, or the platform's folder for application data.</summary>
    public static string UserFile(IReadOnlyDictionary<string, string> environment)
    {
        var configuration = environment.TryGetValue("XDG_CONFIG_HOME", out var folder) && folder.Length > 0
            ? folder
            : Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData);
        return Path.Combine(configuration, "assistant", SettingsSources.FileName);
    }

    /// <summary>The workspace's own, which may only narrow.</summary>
    public static SettingsDocument? ReadWorkspace(string folder, SettingsDocument? before = null)
    {
        var path = Path.Combine(folder, SettingsSources.FileName);
        return Read(path, SettingsOrigin.WorkspaceFile(path), before);
    }

    /// <param name="before">What the file said when it was read last; it holds where the file cannot be used now.</param>
    /// <returns>Null where there is no such file.</returns>
    public static SettingsDocument? Read(string path, SettingsOrigin origin, SettingsDocument? before = null)
    {
        try
        {
            return File.Exists(path) ? SettingsDocument.Read(PlainFile.ReadBytes(path), origin, before) : null;
        }
        catch (FileNotFoundException)
        {
            // Gone since it was looked for: an editor puts a new one into its place.
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (before ?? new SettingsDocument()) with { Problems = [$"{path} could not be read: {error.Message}"] };
        }
    }
}
