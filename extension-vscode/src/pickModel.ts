import * as vscode from 'vscode';
import { itemsFor } from './modelManagementItems';
import { methods } from './protocol';
import type { ServerProcess } from './serverProcess';

/** Shows the models that the servers list. The choice is written to the user's settings, never to a workspace's. */
export function pickModel(server: ServerProcess): vscode.Disposable {
  return vscode.commands.registerCommand('assistant.pickModel', async () => {
    const client = server.client;
    if (!client) return void vscode.window.showWarningMessage('Assistant: the server is not running.');
    const { models } = await client.sendRequest(methods.models, {});
    const items = itemsFor('pick', models);
    if (!items.length) return void noModels();
    const automatic = { label: '$(wand) Choose for me', description: 'among the loaded models', id: '' };
    const chosen = await vscode.window.showQuickPick(
      [automatic, ...items.map(item => ({ ...item, id: item.label }))],
      { placeHolder: 'The model for suggestions. A model that is not loaded is loaded by its first use.', matchOnDescription: true });
    if (!chosen) return;
    await vscode.workspace.getConfiguration('assistant')
      .update('completion.model', chosen.id || undefined, vscode.ConfigurationTarget.Global);
  });
}

async function noModels(): Promise<void> {
  const choice = await vscode.window.showInformationMessage(
    'Assistant: no model server answers. Suggestions come from the solution\'s own text.', 'First Steps', 'Set Up LM Studio');
  if (choice) await vscode.commands.executeCommand(choice === 'First Steps' ? 'assistant.walkthrough' : 'assistant.setUp');
}
