namespace Assistant.Usage.Records;

/// <summary>The platform's folder for application data, from the given environment.</summary>
public static class RecordFolder
{
    /// <returns>Null if the environment names no home; records then stay in memory.</returns>
    public static string? Default(IReadOnlyDictionary<string, string> environment)
    {
        var data = OperatingSystem.IsWindows() ? At("LOCALAPPDATA")
            : OperatingSystem.IsMacOS() ? At("HOME", "Library", "Application Support")
            : At("XDG_DATA_HOME") ?? At("HOME", ".local", "share");
        return data is null ? null : Path.Combine(data, "assistant");

        string? At(string variable, params string[] below) =>
            environment.TryGetValue(variable, out var folder) && Path.IsPathFullyQualified(folder)
                ? Path.Combine([folder, .. below])
                : null;
    }
}
