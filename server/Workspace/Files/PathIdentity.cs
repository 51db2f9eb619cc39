using System.Collections.Concurrent;
using Assistant.Basics;

namespace Assistant.Workspace.Files;

/// <summary>
/// The path of a file with its links resolved: an editor may report <c>/tmp/a.cs</c> where msbuild reports <c>/private/tmp/a.cs</c>.
/// </summary>
public sealed class PathIdentity(PathRules rules)
{
    // Links to folders hardly ever change while a server runs, so they are cached; links to files are read each time.
    private readonly ConcurrentDictionary<string, string> realFolders = new(rules.Comparer);

    public static PathIdentity Current { get; } = new(PathRules.Current);

    /// <summary>Equal for two paths that lead to the same file. Not for display: the letter case may be folded.</summary>
    public string Of(string path) => rules.Fold(Real(path));

    /// <summary>The path with all its links resolved. Parts that do not exist stay unchanged.</summary>
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
            // Circular links and unreadable folders cannot be resolved: the path stays unchanged.
            return path;
        }
    }
}
