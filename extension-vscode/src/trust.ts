import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** Tells the server when the workspace is trusted; that it was not was said in the initialization options. Trust is never taken back in a window. */
export function trust(client: LanguageClient): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(() => {
    if (client.isRunning()) void client.sendNotification('assistant/didChangeTrust', { trusted: true });
  });
}
