using Assistant.Basics;

namespace Assistant.Settings;

/// <summary>Locates and reads settings files. A missing file means no settings; a damaged one is a problem in the result.</summary>
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

    /// <summary>Reads the workspace's own file, which may only restrict.</summary>
    public static SettingsDocument? ReadWorkspace(string folder, SettingsDocument? before = null)
    {
        var path = Path.Combine(folder, SettingsSources.FileName);
        return Read(path, SettingsOrigin.WorkspaceFile(path), before);
    }

    /// <param name="before">The result of the last read, used where the file is unusable now.</param>
    /// <returns>Null if the file does not exist.</returns>
    public static SettingsDocument? Read(string path, SettingsOrigin origin, SettingsDocument? before = null)
    {
        try
        {
            return Bytes(path) is { } json ? SettingsDocument.Read(json, origin, before) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var problem = $"{Sentence(path, error)} {SettingsDocument.Instead(before)} until then.";
            return (before ?? new SettingsDocument()) with { Problems = [problem] };
        }
    }

    /// <summary>Why a file that the user named cannot be read, and what it must be; null if it can be read.</summary>
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
            // The file was deleted after the check: an editor replaces it.
            return null;
        }
        catch (FileNotFoundException)
        {
            // A link whose target has no path, such as a shell's <(…).
            throw new IOException(NotPlain);
        }
    }

    private static string Sentence(string path, Exception error) =>
        $"{path} could not be read: {error.Message} It must be a readable JSON file of at most {MostMegabytes} MB.";
}
