namespace Assistant.Basics;

/// <summary>
/// Reads files that somebody else put there. A pipe or a device that calls itself <c>a.cs</c> would be waited for or read for ever, so
/// what has no size is not opened; neither is what nobody can have written.
/// </summary>
public static class PlainFile
{
    /// <summary>In bytes: as much as one message of a client may have.</summary>
    private const long Longest = 64 << 20;

    /// <exception cref="IOException">It is not there, cannot be read, or is above 64 MB.</exception>
    public static string ReadText(string path) => IsEmpty(path) ? "" : File.ReadAllText(path);

    /// <exception cref="IOException">It is not there, cannot be read, or is above 64 MB.</exception>
    public static byte[] ReadBytes(string path) => IsEmpty(path) ? [] : File.ReadAllBytes(path);

    private static bool IsEmpty(string path)
    {
        var file = new FileInfo(path);
        // The length of a link is that of the path which it holds.
        var length = (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
        return length <= Longest ? length == 0 : throw new IOException($"{path} is {length >> 20} MB long; up to {Longest >> 20} are read.");
    }
}
