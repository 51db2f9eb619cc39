using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

/// <summary>LSP 3.18 "Initialize Request".</summary>
/// <param name="ProcessId">The process that started the server; the server ends when it is gone. Null: it does not matter.</param>
/// <param name="RootUri">Superseded by <paramref name="WorkspaceFolders"/>; older clients send only this.</param>
public sealed record InitializeParams(
    int? ProcessId = null,
    ClientInfo? ClientInfo = null,
    string? Locale = null,
    string? RootPath = null,
    string? RootUri = null,
    ClientCapabilities? Capabilities = null,
    InitializationOptions? InitializationOptions = null,
    string? Trace = null,
    IReadOnlyList<WorkspaceFolder>? WorkspaceFolders = null,
    RpcId? WorkDoneToken = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Present.All(WorkspaceFolders);
}

/// <summary>Our own options, part of `initialize`.</summary>
/// <param name="Trusted">Whether the workspace's code may be run. A client that does not say counts as trusting.</param>
/// <param name="Settings">As the client's settings <c>assistant.*</c>.</param>
public sealed record InitializationOptions(bool? Trusted = null, JsonElement? Settings = null);

public sealed record ClientInfo(string Name, string? Version = null);

public sealed record InitializeResult(ServerCapabilities Capabilities, ServerInfo? ServerInfo = null);

public sealed record ServerInfo(string Name, string? Version = null);

/// <summary>What the client can do, as far as it matters here.</summary>
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

/// <param name="PositionEncoding">Always <c>utf-16</c>, the one that every client knows.</param>
/// <param name="InlineCompletionProvider">vscode-languageclient 11 registers the feature by this alone.</param>
public sealed record ServerCapabilities(
    string PositionEncoding,
    TextDocumentSyncOptions TextDocumentSync,
    bool? InlineCompletionProvider = null,
    ExecuteCommandOptions? ExecuteCommandProvider = null,
    WorkspaceServerCapabilities? Workspace = null);

public sealed record TextDocumentSyncOptions(bool OpenClose, TextDocumentSyncKind Change, SaveOptions? Save = null);

public enum TextDocumentSyncKind
{
    None = 0,
    Full = 1,
    Incremental = 2,
}

public sealed record SaveOptions(bool IncludeText);

public sealed record ExecuteCommandOptions(IReadOnlyList<string> Commands);

public sealed record WorkspaceServerCapabilities(WorkspaceFoldersServerCapabilities WorkspaceFolders);

public sealed record WorkspaceFoldersServerCapabilities(bool Supported, bool ChangeNotifications);

/// <summary>For methods without params; what a client sends all the same is not looked at.</summary>
public sealed record NoParams;

public sealed record CancelParams(RpcId Id);

/// <param name="Value"><c>off</c>, <c>messages</c> or <c>verbose</c>.</param>
public sealed record SetTraceParams(string Value);

public sealed record RegistrationParams(IReadOnlyList<Registration> Registrations);

/// <summary>A capability that the server asks for after `initialize`.</summary>
public sealed record Registration(string Id, string Method, JsonElement? RegisterOptions = null);

public sealed record UnregistrationParams(
    [property: JsonPropertyName("unregisterations")] IReadOnlyList<Unregistration> Unregistrations);

public sealed record Unregistration(string Id, string Method);
