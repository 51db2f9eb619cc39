using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

public sealed record DidChangeWatchedFilesParams(IReadOnlyList<FileEvent> Changes) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Present.All(Changes);
}

public sealed record FileEvent(string Uri, FileChangeType Type);

public enum FileChangeType
{
    Created = 1,
    Changed = 2,
    Deleted = 3,
}

/// <summary>Registered for `workspace/didChangeWatchedFiles`; the client watches, the server does not.</summary>
public sealed record DidChangeWatchedFilesRegistrationOptions(IReadOnlyList<FileWatcher> Watchers);

/// <summary>The protocol's FileSystemWatcher (<see cref="System.IO.FileSystemWatcher"/> has that name).</summary>
/// <param name="GlobPattern">As <c>**/*.cs</c>.</param>
/// <param name="Kind">1 created + 2 changed + 4 deleted; null means all.</param>
public sealed record FileWatcher(string GlobPattern, int? Kind = null);
