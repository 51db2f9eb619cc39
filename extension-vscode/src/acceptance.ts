import * as vscode from 'vscode';
import type { ServerProcess } from './server';
import type { StatusBar } from './status';

/** What the server puts into an item's command, and gets back when the item was accepted. It stays on this machine. */
interface Accepted {
  engine?: string;
  model?: string;
  endpoint?: string;
}

/** Tells the server which of its suggestions were accepted as a whole: VS Code runs an item's command then, and only then. */
export function acceptance(server: ServerProcess, log: vscode.LogOutputChannel, status: StatusBar): vscode.Disposable {
  return vscode.commands.registerCommand('assistant.accepted', async (accepted: Accepted = {}) => {
    const by = [accepted.engine ?? 'unknown engine', accepted.model, accepted.endpoint && `(${accepted.endpoint})`].filter(part => !!part).join(' ');
    log.info(`Accepted: ${by}`);
    status.accepted(by);
    await server.client?.sendNotification('assistant/didAccept', accepted);
  });
}
