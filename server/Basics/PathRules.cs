namespace Assistant.Basics;

/// <summary>The syntax and comparison of an operating system's file paths. A parameter, so that tests cover all systems.</summary>
public sealed record PathRules(bool Windows, bool FoldsCase)
{
    public static PathRules OfLinux { get; } = new(Windows: false, FoldsCase: false);

    /// <summary>Mac volumes are case-insensitive by default; VS Code folds the case there as well.</summary>
    public static PathRules OfMac { get; } = new(Windows: false, FoldsCase: true);

    public static PathRules OfWindows { get; } = new(Windows: true, FoldsCase: true);

    public static PathRules Current { get; } =
        OperatingSystem.IsWindows() ? OfWindows : OperatingSystem.IsMacOS() ? OfMac : OfLinux;

    public char Separator => Windows ? '\\' : '/';

    public StringComparer Comparer => FoldsCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public StringComparison Comparison => FoldsCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>True if the path lies in or below the folder. Both are full paths; links are not followed.</summary>
    public bool Holds(string folder, string path)
    {
        var inner = folder.TrimEnd(Separator);
        return path.Length > inner.Length && path[inner.Length] == Separator && path.StartsWith(inner, Comparison);
    }

    /// <summary>Equal for two spellings of one path. Links are not followed; see <c>Workspace/Files/PathIdentity</c>.</summary>
    public string Fold(string path) => FoldsCase ? path.ToUpperInvariant() : path;
}
