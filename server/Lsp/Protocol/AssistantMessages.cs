using Assistant.Lsp.JsonRpc;

namespace Assistant.Lsp.Protocol;

/// <summary>
/// `assistant/inlineCompletion/better`, to the client: a better answer than the shown one is ready. The client asks again if caret and
/// version are unchanged and nothing was dismissed; the ready answer serves that request, and no model is asked.
/// </summary>
public sealed record BetterInlineCompletionParams(string Uri, int Version, Position Position);

/// <summary>`assistant/status`, to the client: the content of the status bar. A null field is unknown, not unchanged.</summary>
/// <param name="State">A name of <c>ModelState</c>, in camel case: the state of the model that would answer.</param>
/// <param name="Model">The model's id, as its server names it.</param>
/// <param name="Message">A sentence for the user.</param>
/// <param name="Remedy">What the user can do.</param>
/// <param name="LatencyMs">Of the last shown suggestion, from request to answer.</param>
/// <param name="Level">A name of <c>LoadLevel</c>, in lower case: how much of the workspace is loaded.</param>
/// <param name="Engine">A name of <c>Engine</c>, in lower case: the source of suggestions now.</param>
/// <param name="Reason">The reason for which the last request that was invoked by key showed nothing.</param>
/// <param name="Enabled">Ghost text is switched on by the merged settings.</param>
/// <param name="DisabledBy">The reason for which no user setting can switch it on; null where one can.</param>
public sealed record AssistantStatusParams(
    string State,
    string? Model = null,
    string? Endpoint = null,
    string? Engine = null,
    string? Message = null,
    string? Remedy = null,
    double? LatencyMs = null,
    string? Level = null,
    string? Reason = null,
    bool Enabled = true,
    string? DisabledBy = null);

/// <summary>`assistant/didChangeTrust`, to the server.</summary>
public sealed record DidChangeTrustParams(bool Trusted);

/// <summary>`assistant/resync`, to the client: the server has lost the text of this document; send all of it.</summary>
public sealed record ResyncParams(string Uri);

/// <summary>
/// `assistant/secret`, a request to the client for a key that the editor keeps; and `assistant/didChangeSecret`, to the server, after the
/// key has changed.
/// </summary>
/// <param name="Name">An endpoint's <c>apiKeySecret</c> in the settings.</param>
public sealed record SecretParams(string Name);

/// <summary>Answers `assistant/secret`.</summary>
/// <param name="Value">Null where there is none. Never logged.</param>
public sealed record SecretResult(string? Value = null);

/// <summary>Answers `assistant/models`: the models that the model servers list, for the user to pick from.</summary>
/// <param name="Downloads">The endpoints that can download models, also those without a model yet.</param>
public sealed record ModelsResult(IReadOnlyList<ListedModel> Models, IReadOnlyList<DownloadPlace> Downloads);

/// <summary>An endpoint that takes `assistant/downloadModel`.</summary>
/// <param name="CancelStops">A cancel ends the download; otherwise it ends the waiting only, and the model server downloads on.</param>
public sealed record DownloadPlace(string Endpoint, bool CancelStops);

/// <summary>A model of one endpoint, as `assistant/models` lists it.</summary>
/// <param name="Detail">A line for the user, such as state, family and context.</param>
/// <param name="State">A name of <c>LoadState</c>, in camel case.</param>
/// <param name="Type">A name of <c>ModelType</c>, in camel case.</param>
/// <param name="CanBeMoved">The endpoint takes `assistant/loadModel` and `assistant/unloadModel`.</param>
/// <param name="MaxContextTokens">The largest context that it can be loaded with, in tokens.</param>
public sealed record ListedModel(
    string Id,
    string? Endpoint = null,
    string? Detail = null,
    string? State = null,
    string? Type = null,
    bool? CanBeMoved = null,
    int? MaxContextTokens = null);

/// <summary>`assistant/loadModel`, a request to the server: load this model.</summary>
/// <param name="Endpoint">Its name, as `assistant/models` has it.</param>
/// <param name="ContextTokens">Null: the model server's own choice.</param>
public sealed record LoadModelParams(string Endpoint, string Model, int? ContextTokens = null, RpcId? WorkDoneToken = null);

/// <summary>`assistant/unloadModel`, a request to the server.</summary>
public sealed record UnloadModelParams(string Endpoint, string Model);

/// <summary>`assistant/downloadModel`, a request to the server. A cancel ends the waiting; LM Studio downloads on.</summary>
/// <param name="Model">The name in the model server's catalog.</param>
public sealed record DownloadModelParams(string Endpoint, string Model, string? Quantization = null, RpcId? WorkDoneToken = null);

/// <summary>`assistant/setUp`, a request to the server: start LM Studio's server on this machine, download a model, load it.</summary>
/// <param name="Model">The name in LM Studio's catalog; null: a default one.</param>
public sealed record SetUpParams(string? Model = null, RpcId? WorkDoneToken = null);

/// <summary>Answers `assistant/loadModel`, `assistant/unloadModel`, `assistant/downloadModel` and `assistant/setUp`.</summary>
/// <param name="Model">The id of the model in requests from now on.</param>
public sealed record MovedModelResult(string Model);

/// <summary>Answers `assistant/lastPrompt`: the last prompt and raw answer, verbatim, to show to the user.</summary>
public sealed record LastPromptResult(string Text);

/// <summary>`assistant/didAccept`, to the server: an item was accepted as a whole. The fields are those of the item's command.</summary>
public sealed record DidAcceptParams(string? Engine = null, string? Model = null, string? Endpoint = null);

/// <summary>`assistant/memory`, a request to the server, for measurements.</summary>
/// <param name="Collect">Collect garbage first, compacting.</param>
/// <param name="Diagnose">The URI of a document whose diagnostics are computed first.</param>
public sealed record MemoryParams(bool? Collect = null, string? Diagnose = null);

/// <summary>Answers `assistant/memory`.</summary>
/// <param name="WorkingSet">Of the process, in bytes.</param>
/// <param name="Managed">The managed heap, garbage included, in bytes.</param>
/// <param name="Diagnostics">The number of diagnostics of the document; null where none was named or it is unknown.</param>
public sealed record MemoryResult(long WorkingSet, long Managed, int? Diagnostics = null);
