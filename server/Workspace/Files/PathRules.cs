namespace Assistant.Workspace.Files;

/// <summary>How a system writes and compares file paths. Handed in, so that Windows' and Mac's rules are tested everywhere.</summary>
public sealed record PathRules(bool Windows, bool FoldsCase)
{
    public static PathRules OfLinux { get; } = new(Windows: false, FoldsCase: false);

    /// <summary>Mac volumes may be made case-sensitive, but nobody's default is; VS Code folds the case there as well.</summary>
    public static PathRules OfMac { get; } = new(Windows: false, FoldsCase: true);

    public static PathRules OfWindows { get; } = new(Windows: true, FoldsCase: true);

    public static PathRules Current { get; } =
        OperatingSystem.IsWindows() ? OfWindows : OperatingSystem.IsMacOS() ? OfMac : OfLinux;

    public char Separator => Windows ? '\\' : '/';

    public StringComparer Comparer => FoldsCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    public StringComparison Comparison => FoldsCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>The path lies in the folder or below it; both are full paths as they are written, links are not followed.</summary>
    public bool Holds(string folder, string path)
    {
        var inner = folder.TrimEnd(Separator);
        return path.Length > inner.Length && path[inner.Length] == Separator && path.StartsWith(inner, Comparison);
    }

    /// <summary>The form in which two spellings of one path are equal strings. Links are not followed; see <see cref="PathIdentity"/>.</summary>
    public string Fold(string path) => FoldsCase ? path.ToUpperInvariant() : path;
}
