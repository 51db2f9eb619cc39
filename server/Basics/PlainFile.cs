using System.Formats.Tar;

namespace Assistant.Basics;

/// <summary>
/// Reads files of unknown origin. Reading a pipe or a device named <c>a.cs</c> may block or never end, so entries without a size are not
/// opened, nor are files above a limit.
/// </summary>
public static class PlainFile
{
    /// <summary>In bytes; the limit of one message of a client, too.</summary>
    private const long Longest = 64 << 20;

    /// <exception cref="IOException">The file does not exist, cannot be read, or is larger than 64 MB.</exception>
    public static string ReadText(string path) => IsEmpty(path, Longest) ? "" : File.ReadAllText(path);

    /// <param name="most">The limit in bytes.</param>
    /// <exception cref="IOException">The file does not exist, cannot be read, or is larger.</exception>
    public static byte[] ReadBytes(string path, long most = Longest) => IsEmpty(path, most) ? [] : File.ReadAllBytes(path);

    /// <summary>True for a regular file, false for a pipe or a device; never blocks. For entries without a size.</summary>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static bool IsPlain(string path)
    {
        // .NET 10 has no API for the type of a file: FileInfo.Attributes is Normal for a pipe too, GetUnixFileMode returns permissions
        // only, and opening a pipe blocks until somebody writes to it. TarWriter reads the type by lstat(2) and opens regular files only,
        // so its entry holds the answer.
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            writer.WriteEntry(Target(path).FullName, "file");
        }
        archive.Position = 0;
        return new TarReader(archive).GetNextEntry()?.EntryType is TarEntryType.RegularFile;
    }

    private static bool IsEmpty(string path, long most)
    {
        var length = Target(path).Length;
        return length <= most
            ? length == 0
            : throw new IOException($"{path} is {length / (double)(1 << 20):0.#} MB long; up to {most >> 20} MB are read.");
    }

    // FileInfo.Length of a link is the length of its target's path.
    private static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }
}
