import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { WorkDoneProgress } from 'vscode-languageclient';
import type { ServerProcess } from './server';
import { contextChoices, endpointsThatDownload, itemsFor, wantedModel, type ListedModel } from './shelfItems';

/** Commands that load, unload and get models, and that set LM Studio up: nothing of this happens without a click. */
export function shelf(server: ServerProcess): vscode.Disposable {
  const command = (id: string, run: (client: LanguageClient) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, async () => {
      if (!server.client) return void vscode.window.showWarningMessage('Assistant: the server is not running.');
      await run(server.client);
    });
  return vscode.Disposable.from(
    command('assistant.loadModel', load),
    command('assistant.unloadModel', unload),
    command('assistant.downloadModel', download),
    command('assistant.setUp', setUp));
}

async function load(client: LanguageClient): Promise<void> {
  const chosen = await choose('load', await listed(client), 'The model to load', 'No model server here has a model that it could be told to load.');
  if (!chosen) return;
  const usual = { label: 'The model server\'s own choice', description: 'which is often small', tokens: undefined };
  const context = await vscode.window.showQuickPick(
    [...contextChoices(chosen.maxContextTokens).map(tokens => ({ label: `${tokens} tokens`, description: '', tokens })), usual],
    { placeHolder: 'The context; more takes more memory. 8192 are enough for suggestions.' });
  if (!context) return;
  await send(client, 'assistant/loadModel', `Loading ${chosen.id}`,
    { endpoint: chosen.endpoint ?? '', model: chosen.id, ...context.tokens ? { contextTokens: context.tokens } : {} }, model => `${model} is loaded.`);
}

async function unload(client: LanguageClient): Promise<void> {
  const chosen = await choose('unload', await listed(client), 'The model to unload', 'No model is loaded that a model server could be told to unload.');
  if (!chosen) return;
  await send(client, 'assistant/unloadModel', `Unloading ${chosen.id}`, { endpoint: chosen.endpoint ?? '', model: chosen.id }, model => `${model} is unloaded.`);
}

async function download(client: LanguageClient): Promise<void> {
  const endpoints = endpointsThatDownload(await listed(client));
  if (!endpoints.length) return void vscode.window.showInformationMessage('Assistant: no model server answers that gets models (LM Studio 0.4, Ollama).');
  const endpoint = endpoints.length === 1 ? endpoints[0] : await vscode.window.showQuickPick(endpoints, { placeHolder: 'Which model server' });
  if (!endpoint) return;
  const typed = await vscode.window.showInputBox({
    title: 'Model to download', ignoreFocusOut: true, placeHolder: 'qwen2.5-coder-7b-instruct',
    prompt: 'As the model server\'s shop names it; with @q4_k_m for a certain quantization.',
  });
  const wanted = typed === undefined ? undefined : wantedModel(typed);
  if (!wanted) return;
  await send(client, 'assistant/downloadModel', `Getting ${wanted.model}`, { endpoint, ...wanted }, model => `${model} is downloaded. Load it to use it.`);
}

async function setUp(client: LanguageClient): Promise<void> {
  const start = 'Set Up';
  const chosen = await vscode.window.showInformationMessage(
    'Set LM Studio up: start its server, get a code model if there is none (about 5 GB), and load it?', { modal: true }, start);
  if (chosen !== start) return;
  await send(client, 'assistant/setUp', 'Setting LM Studio up', {}, model => `LM Studio is set up; ${model} is loaded.`);
}

async function listed(client: LanguageClient): Promise<ListedModel[]> {
  return (await client.sendRequest<{ models: ListedModel[] }>('assistant/models', {})).models;
}

async function choose(what: 'load' | 'unload', models: ListedModel[], placeHolder: string, none: string): Promise<ListedModel | undefined> {
  const items = itemsFor(what, models);
  if (!items.length) return void vscode.window.showInformationMessage(`Assistant: ${none}`);
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.model;
}

let requests = 0;

/** Sends a request that may take long, under a bar with a cancel button; what failed is said with what to do about it. */
async function send(client: LanguageClient, method: string, title: string, params: object, done: (model: string) => string): Promise<void> {
  const workDoneToken = `shelf-${++requests}`;
  try {
    const { model } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Assistant: ${title}`, cancellable: true },
      async (progress, cancel) => {
        let shown = 0;
        const bar = client.onProgress(WorkDoneProgress.type, workDoneToken, value => {
          if (value.kind !== 'report') return;
          const percentage = value.percentage ?? shown;
          progress.report({ ...value.message ? { message: value.message } : {}, increment: Math.max(0, percentage - shown) });
          shown = Math.max(shown, percentage);
        });
        try {
          return await client.sendRequest<{ model: string }>(method, { ...params, workDoneToken }, cancel);
        } finally {
          bar.dispose();
        }
      });
    void vscode.window.showInformationMessage(`Assistant: ${done(model)}`);
  } catch (error) {
    if (error instanceof vscode.CancellationError || (error as { code?: number }).code === -32800) return;
    void vscode.window.showErrorMessage(`Assistant: ${error instanceof Error ? error.message : String(error)}`);
  }
}
