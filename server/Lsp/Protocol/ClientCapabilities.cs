using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

/// <summary>The capabilities of the client that the server uses.</summary>
public sealed record ClientCapabilities(
    WorkspaceClientCapabilities? Workspace = null,
    WindowClientCapabilities? Window = null,
    GeneralClientCapabilities? General = null);

public sealed record WorkspaceClientCapabilities(
    bool? Configuration = null,
    bool? WorkspaceFolders = null,
    ConfigurationClientCapabilities? DidChangeConfiguration = null,
    WatchedFilesClientCapabilities? DidChangeWatchedFiles = null);

public sealed record ConfigurationClientCapabilities(bool? DynamicRegistration = null);

public sealed record WatchedFilesClientCapabilities(bool? DynamicRegistration = null, bool? RelativePatternSupport = null);

public sealed record WindowClientCapabilities(bool? WorkDoneProgress = null, ShowMessageRequestClientCapabilities? ShowMessage = null);

public sealed record ShowMessageRequestClientCapabilities(JsonElement? MessageActionItem = null);

public sealed record GeneralClientCapabilities(IReadOnlyList<string>? PositionEncodings = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Present.All(PositionEncodings);
}
