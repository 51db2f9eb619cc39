using System.IO.Enumeration;
using Assistant.Basics;

namespace Assistant.Workspace.Files;

/// <summary>
/// Finds the source files of a folder without reading projects. It skips folders that contain no source and does not follow links to
/// folders, so that no file is listed twice.
/// </summary>
public static class SourceFiles
{
    /// <summary>C# files without generated ones. Full paths, in no particular order.</summary>
    public static IEnumerable<string> In(string folder) => WithGenerated(folder).Where(path => !IsGenerated(path));

    /// <summary>All C# files outside of build output, including generated ones.</summary>
    public static IEnumerable<string> WithGenerated(string folder) => Find(folder, [".cs"]);

    /// <summary>Files with one of these extensions (lower case, with the dot).</summary>
    internal static IEnumerable<string> Find(string folder, IReadOnlyCollection<string> extensions, int deepest = int.MaxValue) =>
        Find(
            folder,
            (ref entry) => extensions.Contains(Path.GetExtension(entry.FileName).ToString(), StringComparer.OrdinalIgnoreCase),
            deepest);

    internal static IEnumerable<string> Find(string folder, FileSystemEnumerable<string>.FindPredicate wanted, int deepest = int.MaxValue)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }
        var ignored = GitIgnoredFolders(folder);
        return new FileSystemEnumerable<string>(
            folder,
            (ref entry) => entry.ToFullPath(),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, MaxRecursionDepth = deepest })
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && wanted(ref entry),
            ShouldRecursePredicate = (ref entry) =>
                (entry.Attributes & FileAttributes.ReparsePoint) == 0
                && !IsSkipped(entry.FileName)
                && !ignored.Contains(Path.GetRelativePath(folder, entry.ToFullPath())),
        };
    }

    /// <summary>False for paths outside of the folder and for those below a skipped subfolder.</summary>
    internal static bool MayHoldSource(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, path).AsSpan();
        if (relative.StartsWith("..") || Path.IsPathRooted(relative))
        {
            return false;
        }
        while (relative.IndexOfAny('/', Path.DirectorySeparatorChar) is var slash and >= 0)
        {
            if (IsSkipped(relative[..slash]))
            {
                return false;
            }
            relative = relative[(slash + 1)..];
        }
        return true;
    }

    public static bool IsGenerated(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".g.i.cs", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".designer.cs", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".generated.cs", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("TemporaryGeneratedFile_", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsSkipped(ReadOnlySpan<char> folder) =>
        folder.StartsWith('.')
        || folder.Equals("bin", StringComparison.OrdinalIgnoreCase)
        || folder.Equals("obj", StringComparison.OrdinalIgnoreCase)
        // Case-sensitive: `Artifacts` is a plausible name for a folder of sources.
        || folder is "node_modules" or "artifacts" or "TestResults" or "BenchmarkDotNet.Artifacts";

    /// <summary>
    /// The folders that the folder's own .gitignore lists from its root on without wildcards (<c>/out/</c>, <c>build/tmp/</c>). Full
    /// support would cost more time than skipping a few more files saves.
    /// </summary>
    private static HashSet<string> GitIgnoredFolders(string folder)
    {
        var ignored = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var line in PlainFile.ReadText(Path.Combine(folder, ".gitignore")).Split('\n'))
            {
                var pattern = line.Trim();
                if (pattern.StartsWith('!'))
                {
                    ignored.RemoveWhere(name => pattern.Contains(name, StringComparison.Ordinal));
                }
                else if (pattern.EndsWith('/')
                    && pattern.IndexOf('/') < pattern.Length - 1
                    && pattern.IndexOfAny(['*', '?', '[', '\\', '#']) < 0)
                {
                    ignored.Add(pattern.Trim('/').Replace('/', Path.DirectorySeparatorChar));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Most folders have no .gitignore.
        }
        return ignored;
    }
}
