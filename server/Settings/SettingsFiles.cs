using Assistant.Basics;

namespace Assistant.Settings;

/// <summary>Where settings files lie and how they are read: a missing file is no settings, what is wrong with one is a problem in it.</summary>
public static class SettingsFiles
{
    private const int MostMegabytes = 1;

    private const string NotPlain = "It is a pipe or a device.";

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
            return Bytes(path) is { } json ? SettingsDocument.Read(json, origin, before) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (before ?? new SettingsDocument()) with { Problems = [$"{Sentence(path, error)} {SettingsDocument.Instead(before)} until then."] };
        }
    }

    /// <summary>Why a file that somebody has named cannot be read, and what is needed there; null where it can.</summary>
    public static string? Problem(string path)
    {
        try
        {
            return Bytes(path) is null ? Sentence(path, new FileNotFoundException("There is no such file.")) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Sentence(path, error);
        }
    }

    private static byte[]? Bytes(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("It is a folder.");
        }
        try
        {
            return !File.Exists(path) ? null
                : PlainFile.ReadBytes(path, MostMegabytes << 20) is { Length: > 0 } json ? json
                : PlainFile.IsPlain(path) ? []
                : throw new IOException(NotPlain);
        }
        catch (FileNotFoundException) when (!File.Exists(path))
        {
            // Gone since it was looked for: an editor puts a new one into its place.
            return null;
        }
        catch (FileNotFoundException)
        {
            // A link that leads to no path, as to a shell's <(…).
            throw new IOException(NotPlain);
        }
    }

    private static string Sentence(string path, Exception error) =>
        $"{path} could not be read: {error.Message} What is needed there is a file of JSON that you may read, of {MostMegabytes} MB at most.";
}
