namespace Assistant.Lsp.Protocol;

/// <summary>
/// `assistant/inlineCompletion/better`, to the client: an answer better than the one shown is ready; ask again if caret and version are
/// these and nothing was dismissed. The request is served from what is there and starts nothing.
/// </summary>
public sealed record BetterInlineCompletionParams(string Uri, int Version, Position Position);

/// <summary>`assistant/status`, to the client: what the status bar shows. A null field is unknown, not unchanged.</summary>
/// <param name="State">As <c>up</c>, <c>down</c>, <c>notLoaded</c>: a word that programs compare.</param>
/// <param name="Model">The model's id, as its server names it.</param>
/// <param name="Message">A sentence for the user.</param>
/// <param name="Remedy">What the user can do.</param>
/// <param name="LatencyMs">Of the last shown suggestion, from request to answer.</param>
/// <param name="Level">The workspace's: <c>syntax</c>, <c>framework</c> or <c>projects</c>.</param>
/// <param name="Engine">Who answers now: <c>model</c> or <c>patterns</c>.</param>
/// <param name="Reason">Why the last request that was asked for by key showed nothing.</param>
/// <param name="Enabled">Ghost text is switched on, by whatever source of settings.</param>
/// <param name="DisabledBy">Why no setting of the user's can switch it on; null where one can.</param>
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

/// <summary>`assistant/resync`, to the client: the server lost track of this document; send its whole text.</summary>
public sealed record ResyncParams(string Uri);

/// <summary>
/// `assistant/secret`, a request to the client: a key that the editor keeps. And `assistant/didChangeSecret`, to the server: it is another.
/// </summary>
/// <param name="Name">An endpoint's <c>apiKeySecret</c> in the settings.</param>
public sealed record SecretParams(string Name);

/// <param name="Value">Null where there is none. Never logged.</param>
public sealed record SecretResult(string? Value = null);

/// <summary>Answers `assistant/models`: what the model servers list, for the user to pick from.</summary>
/// <param name="Downloads">Where models are got from, also where there is none yet.</param>
public sealed record ModelsResult(IReadOnlyList<ListedModel> Models, IReadOnlyList<DownloadPlace> Downloads);

/// <summary>`assistant/downloadModel` works there.</summary>
/// <param name="CancelStops">A cancel ends the download; else it goes on where it is, and only the waiting ends.</param>
public sealed record DownloadPlace(string Endpoint, bool CancelStops);

/// <param name="Detail">As: loaded, its family, its context.</param>
/// <param name="State"><c>loaded</c>, <c>loading</c>, <c>notLoaded</c> or <c>unknown</c>.</param>
/// <param name="Type"><c>llm</c>, <c>vlm</c> or <c>embedding</c>.</param>
/// <param name="CanBeMoved">`assistant/loadModel` and `assistant/unloadModel` work there.</param>
/// <param name="MaxContextTokens">The most that it could be loaded with.</param>
public sealed record ListedModel(
    string Id,
    string? Endpoint = null,
    string? Detail = null,
    string? State = null,
    string? Type = null,
    bool? CanBeMoved = null,
    int? MaxContextTokens = null);

/// <summary>`assistant/loadModel`, a request to the server: the user wants this model loaded.</summary>
/// <param name="Endpoint">Its name, as `assistant/models` has it.</param>
/// <param name="ContextTokens">Null: the model server's own choice.</param>
public sealed record LoadModelParams(string Endpoint, string Model, int? ContextTokens = null, RpcId? WorkDoneToken = null);

/// <summary>`assistant/unloadModel`, a request to the server.</summary>
public sealed record UnloadModelParams(string Endpoint, string Model);

/// <summary>`assistant/downloadModel`, a request to the server. A cancel ends the waiting; LM Studio downloads on.</summary>
/// <param name="Model">As the model server's shop names it.</param>
public sealed record DownloadModelParams(string Endpoint, string Model, string? Quantization = null, RpcId? WorkDoneToken = null);

/// <summary>`assistant/setUp`, a request to the server: start LM Studio's server on this machine, get a model, load it.</summary>
/// <param name="Model">As LM Studio's shop names it; null: a usual one.</param>
public sealed record SetUpParams(string? Model = null, RpcId? WorkDoneToken = null);

/// <summary>Answers the four above.</summary>
/// <param name="Model">The id under which the model is asked from now on.</param>
public sealed record MovedModelResult(string Model);

/// <summary>Answers `assistant/lastPrompt`: the last prompt and raw answer, word for word, for the user's eyes.</summary>
public sealed record LastPromptResult(string Text);

/// <summary>`assistant/didAccept`, to the server: an item was accepted as a whole. What the item's command carried.</summary>
public sealed record DidAcceptParams(string? Engine = null, string? Model = null, string? Endpoint = null);

/// <summary>`assistant/memory`, a request to the server, for measurements.</summary>
/// <param name="Collect">Whether to collect garbage first, compacting.</param>
/// <param name="Diagnose">A document that is bound first, as verification will do it.</param>
public sealed record MemoryParams(bool? Collect = null, string? Diagnose = null);

/// <param name="WorkingSet">Of the process, bytes.</param>
/// <param name="Managed">Live objects and garbage, bytes.</param>
/// <param name="Diagnostics">Of the document that was bound; null where none was, or it is not known.</param>
public sealed record MemoryResult(long WorkingSet, long Managed, int? Diagnostics = null);
