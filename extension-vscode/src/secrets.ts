import * as vscode from 'vscode';
import { methods } from './protocol';
import type { ServerProcess } from './serverProcess';

const prefix = 'apiKey.';

interface Endpoint {
  readonly name?: string;
  readonly baseUrl?: string;
  readonly apiKeySecret?: string;
}

/** Keys of model servers, in VS Code's secret storage. The server requests them, and each window reports a change. */
export function secrets(context: vscode.ExtensionContext, server: ServerProcess): vscode.Disposable {
  server.feature(client =>
    client.onRequest(methods.secret, async ({ name }) => ({ value: await context.secrets.get(prefix + name) ?? null })));
  return vscode.Disposable.from(
    context.secrets.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) void server.client?.sendNotification(methods.didChangeSecret, { name: key.slice(prefix.length) });
    }),
    vscode.commands.registerCommand('assistant.setApiKey', async () => {
      const name = await pickName();
      if (!name) return;
      const key = await vscode.window.showInputBox({
        title: `API key ${name}`, password: true, ignoreFocusOut: true,
        prompt: 'VS Code keeps the key in its secret storage. An empty text removes the key.',
      });
      if (key === undefined) return;
      await (key.trim() ? context.secrets.store(prefix + name, key.trim()) : context.secrets.delete(prefix + name));
    }));
}

/** A name that the settings use, or one that the user types: the user's assistant.json may have more endpoints. */
async function pickName(): Promise<string | undefined> {
  const endpoints = vscode.workspace.getConfiguration('assistant').get<Endpoint[]>('endpoints', []);
  const known = endpoints.filter(endpoint => !!endpoint.apiKeySecret)
    .map(endpoint => ({ label: endpoint.apiKeySecret ?? '', description: endpoint.name ?? endpoint.baseUrl ?? '' }));
  const other = { label: '$(edit) Another name', description: 'the apiKeySecret of an endpoint in assistant.json' };
  const chosen = known.length ? await vscode.window.showQuickPick([...known, other], { placeHolder: 'Which key' }) : other;
  if (!chosen || chosen !== other) return chosen?.label;
  const typed = await vscode.window.showInputBox({
    title: 'Name of the key', prompt: 'The value of apiKeySecret of the endpoint.', ignoreFocusOut: true,
  });
  return typed?.trim();
}
