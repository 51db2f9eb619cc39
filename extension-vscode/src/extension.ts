import * as vscode from 'vscode';
import { acceptance } from './acceptance';
import { betterAnswer } from './betterAnswer';
import { warnAboutGhostTextConflicts } from './ghostTextConflicts';
import { lastPrompt } from './lastPrompt';
import { menu } from './menu';
import { modelManagement } from './modelManagement';
import { pickModel } from './pickModel';
import { resync } from './resync';
import { secrets } from './secrets';
import { ServerProcess } from './serverProcess';
import { forwardSettings } from './settings';
import { snooze } from './snooze';
import { StatusBar } from './statusBar';
import { switches } from './switches';
import { trust } from './trust';
import { userMessages } from './userMessages';

let server: ServerProcess | undefined;

/** Registers everything and returns at once; the server starts in the background. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Assistant', { log: true });
  const status = new StatusBar();
  const snoozing = snooze(status);
  server = new ServerProcess(context, log, status, snoozing.middleware);

  const { showMessage, follow } = userMessages(log);
  server.feature(follow);
  server.feature(client => status.follow(client));
  server.feature(forwardSettings);
  server.feature(trust);
  server.feature(resync);
  const better = betterAnswer(log);
  server.feature(better.follow);
  const accepted = acceptance(server, log, status);
  const shownPrompt = lastPrompt(server);

  context.subscriptions.push(log, status, server, snoozing, better, accepted, shownPrompt, menu(),
    switches(status, showMessage), pickModel(server), modelManagement(server, showMessage, log), secrets(context, server),
    command('assistant.restart', () => server?.restart()),
    command('assistant.showLog', () => log.show()),
    command('assistant.trigger', () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger')),
    command('assistant.walkthrough', () => vscode.commands.executeCommand(
      'workbench.action.openWalkthrough', `${context.extension.id}#firstSteps`, false)));

  void server.start();
  void warnAboutGhostTextConflicts(context);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

function command(id: string, run: () => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, run);
}
