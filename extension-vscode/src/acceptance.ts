import * as vscode from 'vscode';
import { methods, type DidAcceptParams } from './protocol';
import type { ServerProcess } from './serverProcess';
import type { StatusBar } from './statusBar';

/** Reports suggestions that were accepted as a whole to the server. VS Code runs the command of an inline completion item only then. */
export function acceptance(server: ServerProcess, log: vscode.LogOutputChannel, status: StatusBar): vscode.Disposable {
  return vscode.commands.registerCommand('assistant.accepted', async (accepted: DidAcceptParams = {}) => {
    const source = [accepted.engine ?? 'unknown engine', accepted.model, accepted.endpoint && `(${accepted.endpoint})`];
    const by = source.filter(part => !!part).join(' ');
    log.info(`Accepted: ${by}`);
    status.accepted(by);
    await server.client?.sendNotification(methods.didAccept, accepted);
  });
}
