import * as vscode from 'vscode';
import { LSPErrorCodes, MessageType, ResponseError, WorkDoneProgress } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';
import { contextChoices, itemsFor, wantedModel } from './modelManagementItems';
import { methods, type ListedModel, type ModelsResult, type MovedModelResult } from './protocol';
import type { ServerProcess } from './serverProcess';
import type { ShowMessage } from './userMessages';

/** Commands that load, unload and download models, and that set up LM Studio. None of this happens without a click. */
export function modelManagement(server: ServerProcess, showMessage: ShowMessage, log: vscode.LogOutputChannel): vscode.Disposable {
  const command = (id: string, run: (management: ModelManagement) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, async () => {
      if (!server.client) return void vscode.window.showWarningMessage('Assistant: the server is not running.');
      await run(new ModelManagement(server.client, showMessage, log));
    });
  return vscode.Disposable.from(
    command('assistant.loadModel', management => management.load()),
    command('assistant.unloadModel', management => management.unload()),
    command('assistant.downloadModel', management => management.download()),
    command('assistant.setUp', management => management.setUp()));
}

/** Sends a request under a progress token. */
type Send = (workDoneToken: string, cancel: vscode.CancellationToken) => Promise<MovedModelResult>;

let requests = 0;

class ModelManagement {
  constructor(
    private readonly client: LanguageClient,
    private readonly showMessage: ShowMessage,
    private readonly log: vscode.LogOutputChannel) { }

  async load(): Promise<void> {
    const chosen = await this.choose('load', 'The model to load', 'No model server has a model that can be loaded from here.');
    if (!chosen) return;
    const serverChoice = { label: 'Default of the model server', description: 'often small', tokens: undefined };
    const context = await vscode.window.showQuickPick(
      [...contextChoices(chosen.maxContextTokens).map(tokens => ({ label: `${tokens} tokens`, description: '', tokens })), serverChoice],
      { placeHolder: 'The context length: a longer context needs more memory. 8192 tokens are enough for suggestions.' });
    if (!context) return;
    const params = { endpoint: chosen.endpoint ?? '', model: chosen.id, ...context.tokens ? { contextTokens: context.tokens } : {} };
    const model = await this.result(this.withProgress(`Loading ${chosen.id}`, (workDoneToken, cancel) =>
      this.client.sendRequest(methods.loadModel, { ...params, workDoneToken }, cancel)));
    if (model) void vscode.window.showInformationMessage(`Assistant: loaded ${model}.`);
  }

  async unload(): Promise<void> {
    const chosen = await this.choose('unload', 'The model to unload', 'No loaded model can be unloaded from here.');
    if (!chosen) return;
    // No progress bar, since it is fast: VS Code shows only three of the notifications that come within 800 ms.
    const params = { endpoint: chosen.endpoint ?? '', model: chosen.id };
    const model = await this.result(this.client.sendRequest(methods.unloadModel, params));
    if (model) void vscode.window.showInformationMessage(`Assistant: unloaded ${model}.`);
  }

  async download(): Promise<void> {
    const places = (await this.listed()).downloads.map(place => ({ label: place.endpoint, ...place }));
    if (!places.length) {
      const message = 'No running model server can download models (LM Studio 0.4 and Ollama can).';
      return followUp(message, 'Set Up LM Studio', 'assistant.setUp');
    }
    const place = places.length === 1 ? places[0] : await vscode.window.showQuickPick(places, { placeHolder: 'The model server' });
    if (!place) return;
    const typed = await vscode.window.showInputBox({
      title: 'Model to download', ignoreFocusOut: true, placeHolder: 'qwen2.5-coder-7b-instruct',
      prompt: 'The name in the model server\'s catalog. Append @q4_k_m, for example, for a certain quantization.',
    });
    const wanted = typed === undefined ? undefined : wantedModel(typed);
    if (!wanted) return;
    const model = await this.result(
      this.withProgress(`Downloading ${wanted.model}`, (workDoneToken, cancel) =>
        this.client.sendRequest(methods.downloadModel, { endpoint: place.endpoint, ...wanted, workDoneToken }, cancel)),
      place.cancelStops ? undefined : `${place.endpoint} continues to download ${wanted.model}: only its own window can stop it.`);
    if (model) await followUp(`${model} is downloaded. Load it to use it.`, 'Load a Model', 'assistant.loadModel');
  }

  async setUp(): Promise<void> {
    const start = 'Set Up';
    const chosen = await vscode.window.showInformationMessage(
      'Set up LM Studio: start its server, download a code model if there is none (about 5 GB), and load it?', { modal: true }, start);
    if (chosen !== start) return;
    const model = await this.result(this.withProgress('Setting up LM Studio', (workDoneToken, cancel) =>
      this.client.sendRequest(methods.setUp, { workDoneToken }, cancel)));
    if (model) void vscode.window.showInformationMessage(`Assistant: LM Studio runs ${model}.`);
  }

  private listed(): Promise<ModelsResult> {
    return this.client.sendRequest(methods.models, {});
  }

  private async choose(action: 'load' | 'unload', placeHolder: string, none: string): Promise<ListedModel | undefined> {
    const items = itemsFor(action, (await this.listed()).models);
    if (!items.length) return void this.showMessage(MessageType.Info, `Assistant: ${none}`);
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.model;
  }

  /** Sends a request that may take minutes, with a progress bar and its cancel button. */
  private withProgress(title: string, send: Send): Thenable<MovedModelResult> {
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
          return await send(workDoneToken, cancel);
        } finally {
          bar.dispose();
        }
      });
  }

  /** The model of the result; undefined after an error with its remedy, or after a cancel. `cancelled` is shown after a cancel. */
  private async result(request: Thenable<MovedModelResult>, cancelled?: string): Promise<string | undefined> {
    try {
      return (await request).model;
    } catch (error) {
      if (error instanceof vscode.CancellationError || error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) {
        if (cancelled) this.showMessage(MessageType.Info, `Assistant: ${cancelled}`);
        return undefined;
      }
      const message = error instanceof Error ? error.message : String(error);
      this.log.error(message);
      this.showMessage(MessageType.Error, `Assistant: ${message}`);
      return undefined;
    }
  }
}

/** A message whose button runs the next command. */
async function followUp(text: string, button: string, command: string): Promise<void> {
  if (await vscode.window.showInformationMessage(`Assistant: ${text}`, button)) await vscode.commands.executeCommand(command);
}
