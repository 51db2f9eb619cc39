namespace Assistant.Workspace.Cache;

/// <summary>
/// Keeps a cache folder from growing for ever. Whoever reads a file that goes is not harmed: on Unix it reads on, on Windows the file
/// stays, and one that is gone counts as absent.
/// </summary>
internal static class CacheEviction
{
    private const long MostBytes = 200L * 1024 * 1024;

    private static readonly TimeSpan UnusedFor = TimeSpan.FromDays(30);

    /// <summary>Marks are not made more often than this: a read is not to become a write.</summary>
    private static readonly TimeSpan MarkedFor = TimeSpan.FromDays(1);

    /// <summary>Marks a file as used. File systems keep no reliable time of reading, so it is the time of writing.</summary>
    public static void Used(string file, DateTime now)
    {
        try
        {
            if (now - File.GetLastWriteTimeUtc(file) > MarkedFor)
            {
                File.SetLastWriteTimeUtc(file, now);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A cache that is only lent to us.
        }
    }

    /// <summary>Removes what was not used for 30 days, and of the rest what was not used for longest beyond 200 MB.</summary>
    /// <param name="now">In UTC.</param>
    public static void Run(string folder, DateTime now)
    {
        try
        {
            var bytes = 0L;
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).ToList())
            {
                bytes += file.Length;
                if (now - file.LastWriteTimeUtc > UnusedFor || bytes > MostBytes)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process reads it, or was faster; the next write is another try.
        }
    }
}
