import * as vscode from 'vscode';
import { MessageType, WorkDoneProgress } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Tell } from './messages';
import type { ServerProcess } from './server';
import { contextChoices, itemsFor, wantedModel, type Listed, type ListedModel } from './modelManagementItems';

/** Commands that load, unload and get models, and that set LM Studio up: nothing of this happens without a click. */
export function modelManagement(server: ServerProcess, tell: Tell, log: vscode.LogOutputChannel): vscode.Disposable {
  const command = (id: string, run: (management: ModelManagement) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, async () => {
      if (!server.client) return void vscode.window.showWarningMessage('Assistant: the server is not running.');
      await run(new ModelManagement(server.client, tell, log));
    });
  return vscode.Disposable.from(
    command('assistant.loadModel', management => management.load()),
    command('assistant.unloadModel', management => management.unload()),
    command('assistant.downloadModel', management => management.download()),
    command('assistant.setUp', management => management.setUp()));
}

/** Answers what moves a model: the id under which it is asked from now on. */
interface Moved { readonly model: string }

let requests = 0;

class ModelManagement {
  constructor(private readonly client: LanguageClient, private readonly tell: Tell, private readonly log: vscode.LogOutputChannel) { }

  async load(): Promise<void> {
    const chosen = await this.choose('load', 'The model to load', 'No model server here has a model that it could be told to load.');
    if (!chosen) return;
    const usual = { label: 'The model server\'s own choice', description: 'which is often small', tokens: undefined };
    const context = await vscode.window.showQuickPick(
      [...contextChoices(chosen.maxContextTokens).map(tokens => ({ label: `${tokens} tokens`, description: '', tokens })), usual],
      { placeHolder: 'The context; more takes more memory. 8192 are enough for suggestions.' });
    if (!context) return;
    const params = { endpoint: chosen.endpoint ?? '', model: chosen.id, ...context.tokens ? { contextTokens: context.tokens } : {} };
    const model = await this.ended(this.withBar('assistant/loadModel', `Loading ${chosen.id}`, params));
    if (model) void vscode.window.showInformationMessage(`Assistant: loaded ${model}.`);
  }

  async unload(): Promise<void> {
    const chosen = await this.choose('unload', 'The model to unload', 'No model is loaded that a model server could be told to unload.');
    if (!chosen) return;
    // Quick, so it has no bar of its own here: of more than three messages in 800 ms VS Code shows three.
    const model = await this.ended(this.client.sendRequest<Moved>('assistant/unloadModel', { endpoint: chosen.endpoint ?? '', model: chosen.id }));
    if (model) void vscode.window.showInformationMessage(`Assistant: unloaded ${model}.`);
  }

  async download(): Promise<void> {
    const places = (await this.listed()).downloads.map(place => ({ label: place.endpoint, ...place }));
    if (!places.length) {
      return followUp('No model server answers that gets models (LM Studio 0.4, Ollama).', 'Set Up LM Studio', 'assistant.setUp');
    }
    const place = places.length === 1 ? places[0] : await vscode.window.showQuickPick(places, { placeHolder: 'Which model server' });
    if (!place) return;
    const typed = await vscode.window.showInputBox({
      title: 'Model to download', ignoreFocusOut: true, placeHolder: 'qwen2.5-coder-7b-instruct',
      prompt: 'As the model server\'s shop names it; with @q4_k_m for a certain quantization.',
    });
    const wanted = typed === undefined ? undefined : wantedModel(typed);
    if (!wanted) return;
    const model = await this.ended(
      this.withBar('assistant/downloadModel', `Getting ${wanted.model}`, { endpoint: place.endpoint, ...wanted }),
      place.cancelStops ? undefined : `${place.endpoint} downloads ${wanted.model} all the same: only its own window can stop it.`);
    if (model) await followUp(`${model} is downloaded. Load it to use it.`, 'Load a Model', 'assistant.loadModel');
  }

  async setUp(): Promise<void> {
    const start = 'Set Up';
    const chosen = await vscode.window.showInformationMessage(
      'Set LM Studio up: start its server, get a code model if there is none (about 5 GB), and load it?', { modal: true }, start);
    if (chosen !== start) return;
    const model = await this.ended(this.withBar('assistant/setUp', 'Setting LM Studio up', {}));
    if (model) void vscode.window.showInformationMessage(`Assistant: LM Studio runs ${model}.`);
  }

  private listed(): Promise<Listed> {
    return this.client.sendRequest<Listed>('assistant/models', {});
  }

  private async choose(what: 'load' | 'unload', placeHolder: string, none: string): Promise<ListedModel | undefined> {
    const items = itemsFor(what, (await this.listed()).models);
    if (!items.length) return void this.tell(MessageType.Info, `Assistant: ${none}`);
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.model;
  }

  /** Sends a request that may take long, under a bar with a cancel button. */
  private withBar(method: string, title: string, params: object): Thenable<Moved> {
    const workDoneToken = `models-${++requests}`;
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Assistant: ${title}`, cancellable: true },
      async (progress, cancel) => {
        let shown = 0;
        const bar = this.client.onProgress(WorkDoneProgress.type, workDoneToken, value => {
          if (value.kind !== 'report') return;
          const percentage = value.percentage ?? shown;
          progress.report({ ...value.message ? { message: value.message } : {}, increment: Math.max(0, percentage - shown) });
          shown = Math.max(shown, percentage);
        });
        try {
          return await this.client.sendRequest<Moved>(method, { ...params, workDoneToken }, cancel);
        } finally {
          bar.dispose();
        }
      });
  }

  /** The model that was moved; else undefined, after a message: what failed and what to do about it, or what goes on though it was cancelled. */
  private async ended(moving: Thenable<Moved>, cancelled?: string): Promise<string | undefined> {
    try {
      return (await moving).model;
    } catch (error) {
      if (error instanceof vscode.CancellationError || (error as { code?: number }).code === -32800) {
        if (cancelled) this.tell(MessageType.Info, `Assistant: ${cancelled}`);
        return undefined;
      }
      const message = error instanceof Error ? error.message : String(error);
      this.log.error(message);
      this.tell(MessageType.Error, `Assistant: ${message}`);
      return undefined;
    }
  }
}

/** A message whose button does what comes next. */
async function followUp(text: string, button: string, command: string): Promise<void> {
  if (await vscode.window.showInformationMessage(`Assistant: ${text}`, button)) await vscode.commands.executeCommand(command);
}
