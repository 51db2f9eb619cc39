namespace Assistant.Workspace.Files;

/// <summary>Writes files that several processes share: a reader sees the old content or the new one, never a part.</summary>
internal static class AtomicFile
{
    /// <returns>False if the file cannot be written; callers keep only data that can be computed again.</returns>
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
                // The temporary file is left behind; the caller learns of the first failure.
            }
            return false;
        }
    }
}
