// Generated from server/Lsp/Protocol: do not edit. TypeScriptPrintTests writes this file with ASSISTANT_PRINT_TYPES=1.
import { NotificationType, RequestType } from 'vscode-languageclient';

/** The server's own methods, each with the types of its params and its result; docs/lsp-extensions.md describes them. */
export const methods = {
  ping: new RequestType<NoParams, null, void>('assistant/ping'),
  betterInlineCompletion: new NotificationType<BetterInlineCompletionParams>('assistant/inlineCompletion/better'),
  status: new NotificationType<AssistantStatusParams>('assistant/status'),
  didChangeTrust: new NotificationType<DidChangeTrustParams>('assistant/didChangeTrust'),
  resync: new NotificationType<ResyncParams>('assistant/resync'),
  secret: new RequestType<SecretParams, SecretResult, void>('assistant/secret'),
  didChangeSecret: new NotificationType<SecretParams>('assistant/didChangeSecret'),
  models: new RequestType<NoParams, ModelsResult, void>('assistant/models'),
  loadModel: new RequestType<LoadModelParams, MovedModelResult, void>('assistant/loadModel'),
  unloadModel: new RequestType<UnloadModelParams, MovedModelResult, void>('assistant/unloadModel'),
  downloadModel: new RequestType<DownloadModelParams, MovedModelResult, void>('assistant/downloadModel'),
  setUp: new RequestType<SetUpParams, MovedModelResult, void>('assistant/setUp'),
  lastPrompt: new RequestType<NoParams, LastPromptResult, void>('assistant/lastPrompt'),
  didAccept: new NotificationType<DidAcceptParams>('assistant/didAccept'),
  settled: new RequestType<NoParams, null, void>('assistant/settled'),
  memory: new RequestType<MemoryParams, MemoryResult, void>('assistant/memory'),
} as const;

/** `assistant/status`, to the client: the content of the status bar. A null field is unknown, not unchanged. */
export interface AssistantStatusParams {
  /** A name of `ModelState`, in camel case: the state of the model that would answer. */
  readonly state: ModelState;
  /** The model's id, as its server names it. */
  readonly model?: string | null;
  readonly endpoint?: string | null;
  /** A name of `Engine`, in lower case: the source of suggestions now. */
  readonly engine?: Engine | null;
  /** A sentence for the user. */
  readonly message?: string | null;
  /** What the user can do. */
  readonly remedy?: string | null;
  /** Of the last shown suggestion, from request to answer. */
  readonly latencyMs?: number | null;
  /** A name of `LoadLevel`, in lower case: how much of the workspace is loaded. */
  readonly level?: LoadLevel | null;
  /** The reason for which the last request that was invoked by key showed nothing. */
  readonly reason?: string | null;
  /** Ghost text is switched on by the merged settings. */
  readonly enabled?: boolean;
  /** The reason for which no user setting can switch it on; null where one can. */
  readonly disabledBy?: string | null;
}

/**
 * `assistant/inlineCompletion/better`, to the client: a better answer than the shown one is ready. The client asks again if caret and
 * version are unchanged and nothing was dismissed; the ready answer serves that request, and no model is asked.
 */
export interface BetterInlineCompletionParams {
  readonly uri: string;
  readonly version: number;
  readonly position: Position;
}

/** `assistant/didAccept`, to the server: an item was accepted as a whole. The fields are those of the item's command. */
export interface DidAcceptParams {
  readonly engine?: Engine | null;
  readonly model?: string | null;
  readonly endpoint?: string | null;
}

/** `assistant/didChangeTrust`, to the server. */
export interface DidChangeTrustParams {
  readonly trusted: boolean;
}

/** `assistant/downloadModel`, a request to the server. A cancel ends the waiting; LM Studio downloads on. */
export interface DownloadModelParams {
  readonly endpoint: string;
  /** The name in the model server's catalog. */
  readonly model: string;
  readonly quantization?: string | null;
  readonly workDoneToken?: number | string | null;
}

/** An endpoint that takes `assistant/downloadModel`. */
export interface DownloadPlace {
  readonly endpoint: string;
  /** A cancel ends the download; otherwise it ends the waiting only, and the model server downloads on. */
  readonly cancelStops: boolean;
}

export type Engine =
  | 'model'
  | 'patterns';

/** Our own options, part of `initialize`. */
export interface InitializationOptions {
  /** The workspace's code may be run. Null counts as true. */
  readonly trusted?: boolean | null;
  /** The client's settings `assistant.*`. */
  readonly settings?: unknown;
}

/** Answers `assistant/lastPrompt`: the last prompt and raw answer, verbatim, to show to the user. */
export interface LastPromptResult {
  readonly text: string;
}

/** A model of one endpoint, as `assistant/models` lists it. */
export interface ListedModel {
  readonly id: string;
  readonly endpoint?: string | null;
  /** A line for the user, such as state, family and context. */
  readonly detail?: string | null;
  /** A name of `LoadState`, in camel case. */
  readonly state?: LoadState | null;
  /** A name of `ModelType`, in camel case. */
  readonly type?: ModelType | null;
  /** The endpoint takes `assistant/loadModel` and `assistant/unloadModel`. */
  readonly canBeMoved?: boolean | null;
  /** The largest context that it can be loaded with, in tokens. */
  readonly maxContextTokens?: number | null;
}

export type LoadLevel =
  | 'syntax'
  | 'framework'
  | 'projects';

/** `assistant/loadModel`, a request to the server: load this model. */
export interface LoadModelParams {
  /** Its name, as `assistant/models` has it. */
  readonly endpoint: string;
  readonly model: string;
  /** Null: the model server's own choice. */
  readonly contextTokens?: number | null;
  readonly workDoneToken?: number | string | null;
}

export type LoadState =
  | 'loaded'
  | 'loading'
  | 'notLoaded'
  | 'unknown';

/** `assistant/memory`, a request to the server, for measurements. */
export interface MemoryParams {
  /** Collect garbage first, compacting. */
  readonly collect?: boolean | null;
  /** The URI of a document whose diagnostics are computed first. */
  readonly diagnose?: string | null;
}

/** Answers `assistant/memory`. */
export interface MemoryResult {
  /** Of the process, in bytes. */
  readonly workingSet: number;
  /** The managed heap, garbage included, in bytes. */
  readonly managed: number;
  /** The number of diagnostics of the document; null where none was named or it is unknown. */
  readonly diagnostics?: number | null;
}

export type ModelState =
  | 'up'
  | 'loading'
  | 'notLoaded'
  | 'noModel'
  | 'contextTooSmall'
  | 'busy'
  | 'wedged'
  | 'down'
  | 'unauthorized'
  | 'unexpectedServer'
  | 'noEndpoint';

export type ModelType =
  | 'llm'
  | 'vlm'
  | 'embedding';

/** Answers `assistant/models`: the models that the model servers list, for the user to pick from. */
export interface ModelsResult {
  readonly models: readonly ListedModel[];
  /** The endpoints that can download models, also those without a model yet. */
  readonly downloads: readonly DownloadPlace[];
}

/** Answers `assistant/loadModel`, `assistant/unloadModel`, `assistant/downloadModel` and `assistant/setUp`. */
export interface MovedModelResult {
  /** The id of the model in requests from now on. */
  readonly model: string;
}

/** The params of methods without params. Fields that a client sends are ignored. */
export type NoParams = Record<string, never>;

export interface Position {
  /** 0-based. */
  readonly line: number;
  /** 0-based, in UTF-16 units; a value beyond the line's end means its end. */
  readonly character: number;
}

/** `assistant/resync`, to the client: the server has lost the text of this document; send all of it. */
export interface ResyncParams {
  readonly uri: string;
}

/**
 * `assistant/secret`, a request to the client for a key that the editor keeps; and `assistant/didChangeSecret`, to the server, after the
 * key has changed.
 */
export interface SecretParams {
  /** An endpoint's `apiKeySecret` in the settings. */
  readonly name: string;
}

/** Answers `assistant/secret`. */
export interface SecretResult {
  /** Null where there is none. Never logged. */
  readonly value?: string | null;
}

/** `assistant/setUp`, a request to the server: start LM Studio's server on this machine, download a model, load it. */
export interface SetUpParams {
  /** The name in LM Studio's catalog; null: a default one. */
  readonly model?: string | null;
  readonly workDoneToken?: number | string | null;
}

/** `assistant/unloadModel`, a request to the server. */
export interface UnloadModelParams {
  readonly endpoint: string;
  readonly model: string;
}
