namespace Assistant.FileAccess;

/// <summary>The policy's decision about one file and one use.</summary>
/// <param name="Path">The file that was judged, with every link followed. Open this path, not the one that was asked for.</param>
/// <param name="Denial">Null where the use is allowed.</param>
/// <param name="Message">The cause and the remedy as sentences for people; empty where the use is allowed.</param>
public sealed record FileVerdict(string Path, FileDenial? Denial, string Message)
{
    public bool Allowed => Denial is null;

    internal static FileVerdict Allow(string path) => new(path, Denial: null, Message: "");

    internal static FileVerdict Deny(string path, FileDenial denial, string message) => new(path, denial, message);
}

public enum FileDenial
{
    /// <summary><c>completion.excludedFiles</c> matches the file.</summary>
    Excluded,

    /// <summary>The file's name or folder is one that holds secrets by convention.</summary>
    Secret,

    /// <summary>Build output, or the data of git or an editor: <c>obj</c>, <c>bin</c>, <c>.git</c>, <c>.vs</c>.</summary>
    NotSource,

    /// <summary>Git ignores the file.</summary>
    Ignored,

    /// <summary>No workspace folder holds the file.</summary>
    OutsideWorkspace,

    /// <summary>A link in the workspace leads out of it, or in a circle.</summary>
    Link,

    /// <summary>The path is relative, names a device or a stream, or is spelled so that the system reads it otherwise.</summary>
    UnsafePath,

    /// <summary>A folder, or an address that is no file.</summary>
    NotAFile,

    /// <summary>The file has NUL bytes.</summary>
    NotText,

    /// <summary>The file, or an ignore file that decides about it, cannot be read.</summary>
    Unreadable,
}
