using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

/// <summary>
/// The JSON of every message type. A null or missing value for a field that needs one is an error (-32602); an unknown field is ignored.
/// A new message type is named here and in <see cref="Methods"/>.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 256)]
[JsonSerializable(typeof(NoParams))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonElement?))]
[JsonSerializable(typeof(IReadOnlyList<JsonElement>))]
[JsonSerializable(typeof(DidAcceptParams))]
[JsonSerializable(typeof(ModelsResult))]
[JsonSerializable(typeof(LoadModelParams))]
[JsonSerializable(typeof(UnloadModelParams))]
[JsonSerializable(typeof(DownloadModelParams))]
[JsonSerializable(typeof(SetUpParams))]
[JsonSerializable(typeof(MovedModelResult))]
[JsonSerializable(typeof(MemoryParams))]
[JsonSerializable(typeof(MemoryResult))]
[JsonSerializable(typeof(InitializeParams))]
[JsonSerializable(typeof(InitializeResult))]
[JsonSerializable(typeof(SetTraceParams))]
[JsonSerializable(typeof(RegistrationParams))]
[JsonSerializable(typeof(DidOpenTextDocumentParams))]
[JsonSerializable(typeof(DidChangeTextDocumentParams))]
[JsonSerializable(typeof(DidCloseTextDocumentParams))]
[JsonSerializable(typeof(DidSaveTextDocumentParams))]
[JsonSerializable(typeof(TextDocumentPositionParams))]
[JsonSerializable(typeof(ExecuteCommandParams))]
[JsonSerializable(typeof(InlineCompletionParams))]
[JsonSerializable(typeof(InlineCompletionList))]
[JsonSerializable(typeof(DidChangeWorkspaceFoldersParams))]
[JsonSerializable(typeof(DidChangeWatchedFilesParams))]
[JsonSerializable(typeof(DidChangeWatchedFilesRegistrationOptions))]
[JsonSerializable(typeof(ProgressParams))]
[JsonSerializable(typeof(WorkDoneProgressValue))]
[JsonSerializable(typeof(WorkDoneProgressCreateParams))]
[JsonSerializable(typeof(WorkDoneProgressCancelParams))]
[JsonSerializable(typeof(ShowMessageParams))]
[JsonSerializable(typeof(LogMessageParams))]
[JsonSerializable(typeof(ShowMessageRequestParams))]
[JsonSerializable(typeof(MessageActionItem))]
[JsonSerializable(typeof(ConfigurationParams))]
[JsonSerializable(typeof(DidChangeConfigurationParams))]
[JsonSerializable(typeof(BetterInlineCompletionParams))]
[JsonSerializable(typeof(AssistantStatusParams))]
[JsonSerializable(typeof(DidChangeTrustParams))]
[JsonSerializable(typeof(ResyncParams))]
[JsonSerializable(typeof(SecretParams))]
[JsonSerializable(typeof(SecretResult))]
[JsonSerializable(typeof(LastPromptResult))]
public sealed partial class LspJson : JsonSerializerContext;
