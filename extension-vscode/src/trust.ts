import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { methods } from './protocol';

/**
 * Reports to the server that the workspace is trusted now; the initialization options have the state at the start. VS Code does not
 * revoke trust within a window.
 */
export function trust(client: LanguageClient): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(() => {
    if (client.isRunning()) void client.sendNotification(methods.didChangeTrust, { trusted: true });
  });
}
