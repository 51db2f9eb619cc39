namespace Assistant.FileAccess;

/// <summary>
/// Follows every link of a path as the kernel does, one name at a time, and remembers nothing: a link that is laid after one check is
/// seen by the next. <c>Workspace/PathIdentity</c> serves another end, the same name for the same document, and keeps folders.
/// </summary>
internal static class RealPath
{
    /// <summary>As Linux.</summary>
    private const int MostLinks = 40;

    /// <param name="path">A full path. Names that do not exist stay as they are.</param>
    /// <returns>Null where the links form a circle.</returns>
    public static string? Of(string path)
    {
        // .NET removes `..` from a path before the system sees it; in a link's target it is for the system, which follows links first.
        var full = Path.GetFullPath(path);
        var at = Path.GetPathRoot(full)!;
        var rest = new Stack<string>();
        Push(full[at.Length..]);
        var links = 0;
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                at = Path.GetDirectoryName(at) ?? at;
                continue;
            }
            var next = Path.Combine(at, part);
            if (LinkTarget(next) is not { } target)
            {
                at = next;
                continue;
            }
            if (++links > MostLinks)
            {
                return null;
            }
            if (Path.GetPathRoot(target) is { Length: > 0 } root)
            {
                at = root;
                target = target[root.Length..];
            }
            Push(target);
        }
        return at;

        void Push(string names)
        {
            foreach (var name in names.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
            {
                if (name is not ("" or "."))
                {
                    rest.Push(name);
                }
            }
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            // Windows opens a folder's junction otherwise than a file's link.
            FileSystemInfo entry = OperatingSystem.IsWindows() && Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            return entry.LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that may not be entered: no file in it can be opened either.
            return null;
        }
    }
}
