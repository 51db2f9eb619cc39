using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

public sealed record WorkspaceFolder(string Uri, string Name);

public sealed record DidChangeWorkspaceFoldersParams(WorkspaceFoldersChangeEvent Event);

public sealed record WorkspaceFoldersChangeEvent(
    IReadOnlyList<WorkspaceFolder> Added, IReadOnlyList<WorkspaceFolder> Removed) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        Present.All(Added);
        Present.All(Removed);
    }
}
