import * as vscode from 'vscode';
import { methods } from './protocol';
import type { ServerProcess } from './serverProcess';

const uri = vscode.Uri.parse('assistant-prompt:Last prompt and raw answer.txt');

/** Shows the last prompt and the raw answer, verbatim, in a read-only document. */
export function lastPrompt(server: ServerProcess): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let shown = '';
  const provider = { onDidChange: changed.event, provideTextDocumentContent: () => shown };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(uri.scheme, provider),
    vscode.commands.registerCommand('assistant.showLastPrompt', async () => {
      const client = server.client;
      if (!client) return void vscode.window.showWarningMessage('Assistant: the server is not running.');
      shown = (await client.sendRequest(methods.lastPrompt, {})).text;
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    }));
}
