namespace Assistant.Lsp.Protocol;

/// <param name="PositionEncoding">Always <c>utf-16</c>, which every client supports.</param>
/// <param name="InlineCompletionProvider">vscode-languageclient 11 registers the feature by this field alone.</param>
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
