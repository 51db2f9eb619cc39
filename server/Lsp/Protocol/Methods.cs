using System.Text.Json;
using Assistant.Lsp.JsonRpc;

namespace Assistant.Lsp.Protocol;

/// <summary>Every method that the server sends or handles, with its name and types. `$/cancelRequest` is the connection's own.</summary>
public static class Methods
{
    private static LspJson Json => LspJson.Default;

    // Base protocol and lifecycle.
    public static NotificationMethod<ProgressParams> Progress { get; } = new("$/progress", Json.ProgressParams);
    public static NotificationMethod<SetTraceParams> SetTrace { get; } = new("$/setTrace", Json.SetTraceParams);
    public static RequestMethod<InitializeParams, InitializeResult> Initialize { get; } =
        new("initialize", Json.InitializeParams, Json.InitializeResult);
    public static NotificationMethod<NoParams> Initialized { get; } = new("initialized", Json.NoParams);
    public static RequestMethod<NoParams, NoParams?> Shutdown { get; } = new("shutdown", Json.NoParams, Json.NoParams!);
    public static NotificationMethod<NoParams> Exit { get; } = new("exit", Json.NoParams);

    // To the server.
    public static NotificationMethod<DidOpenTextDocumentParams> DidOpen { get; } =
        new("textDocument/didOpen", Json.DidOpenTextDocumentParams);
    public static NotificationMethod<DidChangeTextDocumentParams> DidChange { get; } =
        new("textDocument/didChange", Json.DidChangeTextDocumentParams);
    public static NotificationMethod<DidCloseTextDocumentParams> DidClose { get; } =
        new("textDocument/didClose", Json.DidCloseTextDocumentParams);
    public static NotificationMethod<DidSaveTextDocumentParams> DidSave { get; } =
        new("textDocument/didSave", Json.DidSaveTextDocumentParams);
    public static RequestMethod<InlineCompletionParams, InlineCompletionList?> InlineCompletion { get; } =
        new("textDocument/inlineCompletion", Json.InlineCompletionParams, Json.InlineCompletionList!);
    public static RequestMethod<ExecuteCommandParams, JsonElement?> ExecuteCommand { get; } =
        new("workspace/executeCommand", Json.ExecuteCommandParams, Json.NullableJsonElement);
    public static NotificationMethod<DidChangeWatchedFilesParams> DidChangeWatchedFiles { get; } =
        new("workspace/didChangeWatchedFiles", Json.DidChangeWatchedFilesParams);
    public static NotificationMethod<DidChangeWorkspaceFoldersParams> DidChangeWorkspaceFolders { get; } =
        new("workspace/didChangeWorkspaceFolders", Json.DidChangeWorkspaceFoldersParams);
    public static NotificationMethod<DidChangeConfigurationParams> DidChangeConfiguration { get; } =
        new("workspace/didChangeConfiguration", Json.DidChangeConfigurationParams);
    public static NotificationMethod<WorkDoneProgressCancelParams> WorkDoneProgressCancel { get; } =
        new("window/workDoneProgress/cancel", Json.WorkDoneProgressCancelParams);

    // To the client.
    public static NotificationMethod<ShowMessageParams> ShowMessage { get; } = new("window/showMessage", Json.ShowMessageParams);
    public static NotificationMethod<LogMessageParams> LogMessage { get; } = new("window/logMessage", Json.LogMessageParams);
    public static RequestMethod<ShowMessageRequestParams, MessageActionItem?> ShowMessageRequest { get; } =
        new("window/showMessageRequest", Json.ShowMessageRequestParams, Json.MessageActionItem!);
    public static RequestMethod<WorkDoneProgressCreateParams, NoParams?> WorkDoneProgressCreate { get; } =
        new("window/workDoneProgress/create", Json.WorkDoneProgressCreateParams, Json.NoParams!);
    public static RequestMethod<ConfigurationParams, IReadOnlyList<JsonElement>> Configuration { get; } =
        new("workspace/configuration", Json.ConfigurationParams, Json.IReadOnlyListJsonElement);
    public static RequestMethod<RegistrationParams, NoParams?> RegisterCapability { get; } =
        new("client/registerCapability", Json.RegistrationParams, Json.NoParams!);

    // Our own; docs/lsp-extensions.md describes them.
    public static RequestMethod<NoParams, NoParams?> Ping { get; } = new("assistant/ping", Json.NoParams, Json.NoParams!);
    public static NotificationMethod<BetterInlineCompletionParams> BetterInlineCompletion { get; } =
        new("assistant/inlineCompletion/better", Json.BetterInlineCompletionParams);
    public static NotificationMethod<AssistantStatusParams> Status { get; } = new("assistant/status", Json.AssistantStatusParams);
    public static NotificationMethod<DidChangeTrustParams> DidChangeTrust { get; } =
        new("assistant/didChangeTrust", Json.DidChangeTrustParams);
    public static NotificationMethod<ResyncParams> Resync { get; } = new("assistant/resync", Json.ResyncParams);
    public static RequestMethod<SecretParams, SecretResult> Secret { get; } = new("assistant/secret", Json.SecretParams, Json.SecretResult);
    public static NotificationMethod<SecretParams> DidChangeSecret { get; } = new("assistant/didChangeSecret", Json.SecretParams);
    public static RequestMethod<NoParams, ModelsResult> Models { get; } = new("assistant/models", Json.NoParams, Json.ModelsResult);
    public static RequestMethod<LoadModelParams, MovedModelResult> LoadModel { get; } =
        new("assistant/loadModel", Json.LoadModelParams, Json.MovedModelResult);
    public static RequestMethod<UnloadModelParams, MovedModelResult> UnloadModel { get; } =
        new("assistant/unloadModel", Json.UnloadModelParams, Json.MovedModelResult);
    public static RequestMethod<DownloadModelParams, MovedModelResult> DownloadModel { get; } =
        new("assistant/downloadModel", Json.DownloadModelParams, Json.MovedModelResult);
    public static RequestMethod<SetUpParams, MovedModelResult> SetUp { get; } =
        new("assistant/setUp", Json.SetUpParams, Json.MovedModelResult);
    public static RequestMethod<NoParams, LastPromptResult> LastPrompt { get; } =
        new("assistant/lastPrompt", Json.NoParams, Json.LastPromptResult);
    public static NotificationMethod<DidAcceptParams> DidAccept { get; } = new("assistant/didAccept", Json.DidAcceptParams);

    /// <summary>For tests and measurements: answered when all loading and indexing that was requested before has ended.</summary>
    public static RequestMethod<NoParams, NoParams?> Settled { get; } = new("assistant/settled", Json.NoParams, Json.NoParams!);
    public static RequestMethod<MemoryParams, MemoryResult> Memory { get; } = new("assistant/memory", Json.MemoryParams, Json.MemoryResult);
}
