import * as vscode from 'vscode';
import type { ServerProcess } from './server';

const prefix = 'apiKey.';

/** Keys of model servers, in VS Code's secret storage: the server is told when it asks, and again when one changes, in every window. */
export function secrets(context: vscode.ExtensionContext, server: ServerProcess): vscode.Disposable {
  server.feature(client => client.onRequest('assistant/secret', async ({ name }: { name: string }) =>
    ({ value: await context.secrets.get(prefix + name) ?? null })));
  return vscode.Disposable.from(
    context.secrets.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) void server.client?.sendNotification('assistant/didChangeSecret', { name: key.slice(prefix.length) });
    }),
    vscode.commands.registerCommand('assistant.setApiKey', async () => {
      const name = await nameOfSecret();
      if (!name) return;
      const key = await vscode.window.showInputBox({
        title: `API key ${name}`, password: true, ignoreFocusOut: true,
        prompt: 'It is kept in VS Code\'s secret storage. Empty: it is removed.',
      });
      if (key === undefined) return;
      await (key.trim() ? context.secrets.store(prefix + name, key.trim()) : context.secrets.delete(prefix + name));
    }));
}

/** One of the names that the settings use, or another: the user's assistant.json may name more. */
async function nameOfSecret(): Promise<string | undefined> {
  const endpoints = vscode.workspace.getConfiguration('assistant').get<{ name?: string; baseUrl?: string; apiKeySecret?: string }[]>('endpoints', []);
  const known = endpoints.filter(endpoint => !!endpoint.apiKeySecret)
    .map(endpoint => ({ label: endpoint.apiKeySecret ?? '', description: endpoint.name ?? endpoint.baseUrl ?? '' }));
  const other = { label: '$(edit) Another name', description: 'as apiKeySecret of an endpoint names it' };
  const chosen = known.length ? await vscode.window.showQuickPick([...known, other], { placeHolder: 'Which key' }) : other;
  if (!chosen || chosen !== other) return chosen?.label;
  return (await vscode.window.showInputBox({ title: 'Name of the key', prompt: 'The name that stands in apiKeySecret of the endpoint.', ignoreFocusOut: true }))?.trim();
}
