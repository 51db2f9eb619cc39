namespace Assistant.Workspace.Cache;

/// <summary>
/// Limits the size of a cache folder. A process that reads a deleted file is not harmed: on Unix it keeps reading, on Windows the file
/// cannot be deleted, and a missing file counts as absent.
/// </summary>
internal static class CacheEviction
{
    private const long MostBytes = 200L * 1024 * 1024;

    private static readonly TimeSpan UnusedFor = TimeSpan.FromDays(30);

    /// <summary>The shortest time between two marks, so that not every read causes a write.</summary>
    private static readonly TimeSpan MarkInterval = TimeSpan.FromDays(1);

    /// <summary>Marks a file as used by setting its write time, since file systems keep no reliable read time.</summary>
    public static void Used(string file, DateTime now)
    {
        try
        {
            if (now - File.GetLastWriteTimeUtc(file) > MarkInterval)
            {
                File.SetLastWriteTimeUtc(file, now);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The cache is read-only.
        }
    }

    /// <summary>Deletes files that were not used for 30 days, then the least recently used ones beyond 200 MB.</summary>
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
            // Another process reads or has deleted the file; the next write tries again.
        }
    }
}
