using Assistant.Basics;

namespace Assistant.Settings;

/// <summary>Where settings files lie and how they are read: a missing file is no settings, a broken one is a warning.</summary>
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

    public static SettingsDocument? Read(string path, List<string> warnings)
    {
        try
        {
            return File.Exists(path) ? SettingsDocument.Parse(PlainFile.ReadBytes(path), path) : null;
        }
        catch (SettingsException error)
        {
            warnings.Add(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            warnings.Add($"{path} could not be read: {error.Message}");
        }
        return null;
    }
}
