using System.Collections.Concurrent;

namespace Assistant.Workspace.Files;

/// <summary>
/// The one name of a file, whatever links lead to it: the editor says <c>/tmp/a.cs</c>, msbuild says <c>/private/tmp/a.cs</c>.
/// </summary>
public sealed class PathIdentity(PathRules rules)
{
    // Folders are few and their links hardly ever change while a server lives; files are looked at each time.
    private readonly ConcurrentDictionary<string, string> realFolders = new(rules.Comparer);

    public static PathIdentity Current { get; } = new(PathRules.Current);

    /// <summary>Equal for two paths that lead to the same file. Not for showing: the letter case may be folded.</summary>
    public string Of(string path) => rules.Fold(Real(path));

    /// <summary>The path with every link on it followed. What does not exist stays as it is written.</summary>
    public string Real(string path)
    {
        var full = Path.GetFullPath(path);
        return Path.GetDirectoryName(full) is { } folder
            ? Target(Path.Combine(RealFolder(folder), Path.GetFileName(full)), isFolder: false)
            : full;
    }

    private string RealFolder(string folder) =>
        realFolders.GetOrAdd(folder, folder => Path.GetDirectoryName(folder) is { } parent
            ? Target(Path.Combine(RealFolder(parent), Path.GetFileName(folder)), isFolder: true)
            : folder);

    private string Target(string path, bool isFolder)
    {
        try
        {
            FileSystemInfo entry = isFolder ? new DirectoryInfo(path) : new FileInfo(path);
            return entry.LinkTarget is null ? path
                : entry.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName)
                : path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A link in a circle or a folder that may not be read: the name as written is the best there is.
            return path;
        }
    }
}
