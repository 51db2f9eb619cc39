/** Answers `assistant/models`. */
export interface Listed {
  readonly models: readonly ListedModel[];
  readonly downloads: readonly DownloadPlace[];
}

/** A model server that gets models when it is told to. */
export interface DownloadPlace {
  readonly endpoint: string;
  /** A cancel ends the download; else it goes on there. */
  readonly cancelStops: boolean;
}

/** A model as `assistant/models` lists it. */
export interface ListedModel {
  readonly id: string;
  readonly endpoint?: string;
  /** Such as loaded or not loaded, the family, the context. */
  readonly detail?: string;
  /** loaded, loading, notLoaded or unknown. */
  readonly state?: string;
  /** llm, vlm or embedding. */
  readonly type?: string;
  /** The model server loads and unloads it when it is told to. */
  readonly canBeMoved?: boolean;
  readonly maxContextTokens?: number;
}

export interface ModelItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly model: ListedModel;
}

/** The models that a command can do something with, as a quick pick shows them. */
export function itemsFor(what: 'pick' | 'load' | 'unload', models: readonly ListedModel[]): ModelItem[] {
  return models.filter(model => fits(what, model))
    .map(model => ({ label: model.id, description: model.endpoint ?? '', detail: model.detail ?? '', model }));
}

function fits(what: 'pick' | 'load' | 'unload', model: ListedModel): boolean {
  if (what === 'pick') return model.type !== 'embedding';
  return model.canBeMoved === true && (what === 'load' ? model.state !== 'loaded' && model.state !== 'loading' : model.state === 'loaded');
}

/** Context lengths worth offering: a completion needs no more than 8,192, a chat likes more, and none beyond what the model takes. */
export function contextChoices(most: number | undefined): number[] {
  const choices = [8192, 16384, 32768, 65536];
  const fitting = choices.filter(tokens => !most || tokens <= most);
  return fitting.length ? fitting : most ? [most] : choices;
}

/** What was typed as the name of a model to get: `name`, `name@quantization`; nothing where it is empty. */
export function wantedModel(typed: string): { model: string; quantization?: string } | undefined {
  const [model = '', quantization] = typed.trim().split('@');
  if (!model) return undefined;
  return quantization ? { model, quantization } : { model };
}
