using System.Formats.Tar;

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
    public static string ReadText(string path) => IsEmpty(path, Longest) ? "" : File.ReadAllText(path);

    /// <param name="most">In bytes.</param>
    /// <exception cref="IOException">It is not there, cannot be read, or is longer.</exception>
    public static byte[] ReadBytes(string path, long most = Longest) => IsEmpty(path, most) ? [] : File.ReadAllBytes(path);

    /// <summary>Whether what has no size is an empty file, and not a pipe or a device. It is not waited for.</summary>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
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
        return length <= most ? length == 0 : throw new IOException($"{path} is {length / (double)(1 << 20):0.#} MB long; up to {most >> 20} MB are read.");
    }

    // The length of a link is that of the path which it holds.
    private static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }
}
