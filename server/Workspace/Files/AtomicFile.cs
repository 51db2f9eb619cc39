namespace Assistant.Workspace.Files;

/// <summary>Files that several processes share: a reader sees the old content or the new one, never a part.</summary>
internal static class AtomicFile
{
    /// <summary>False if the disk does not let us; what is kept here can be made again.</summary>
    public static bool Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var stream = new FileStream(temporary, FileMode.CreateNew))
            {
                stream.Write(content);
            }
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException)
            {
                // Left behind; the first failure is the one that counts.
            }
            return false;
        }
    }
}
