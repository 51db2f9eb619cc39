import * as vscode from 'vscode';
import type { ServerProcess } from './server';

const uri = vscode.Uri.parse('assistant-prompt:Last prompt and raw answer.txt');

/** Shows what was sent last and what came back, word for word, in a document that cannot be written to. */
export function lastPrompt(server: ServerProcess): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let shown = '';
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(uri.scheme, { onDidChange: changed.event, provideTextDocumentContent: () => shown }),
    vscode.commands.registerCommand('assistant.showLastPrompt', async () => {
      const client = server.client;
      if (!client) return void vscode.window.showWarningMessage('Assistant: the server is not running.');
      shown = (await client.sendRequest<{ text: string }>('assistant/lastPrompt', {})).text;
      changed.fire(uri);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, viewColumn: vscode.ViewColumn.Beside });
    }));
}
