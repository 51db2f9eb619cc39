import type { ListedModel } from './protocol';

export interface ModelItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly model: ListedModel;
}

type Action = 'pick' | 'load' | 'unload';

/** The models that an action applies to, as items of a quick pick. */
export function itemsFor(action: Action, models: readonly ListedModel[]): ModelItem[] {
  return models.filter(model => fits(action, model))
    .map(model => ({ label: model.id, description: model.endpoint ?? '', detail: model.detail ?? '', model }));
}

function fits(action: Action, model: ListedModel): boolean {
  if (action === 'pick') return model.type !== 'embedding';
  if (!model.canBeMoved) return false;
  return action === 'load' ? model.state !== 'loaded' && model.state !== 'loading' : model.state === 'loaded';
}

/**
 * Context lengths to offer, in tokens: 8,192 are enough for completion, chat benefits from more, and none exceeds the model's maximum.
 * `most`: that maximum, where it is known.
 */
export function contextChoices(most: number | null | undefined): number[] {
  const choices = [8192, 16384, 32768, 65536];
  const fitting = choices.filter(tokens => !most || tokens <= most);
  return fitting.length ? fitting : most ? [most] : choices;
}

/** Parses the name of a model to download, `name` or `name@quantization`; undefined where the text is empty. */
export function wantedModel(typed: string): { model: string; quantization?: string } | undefined {
  const [model = '', quantization] = typed.trim().split('@');
  if (!model) return undefined;
  return quantization ? { model, quantization } : { model };
}
