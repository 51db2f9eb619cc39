import * as vscode from 'vscode';
import { acceptance } from './acceptance';
import { betterAnswer } from './betterAnswer';
import { lastPrompt } from './lastPrompt';
import { menu } from './menu';
import { messages } from './messages';
import { pickModel } from './models';
import { tellAboutEditorSettings } from './otherGhostText';
import { resync } from './resync';
import { secrets } from './secrets';
import { ServerProcess } from './server';
import { modelManagement } from './modelManagement';
import { snooze } from './snooze';
import { StatusBar } from './status';
import { switches } from './switches';
import { trust } from './trust';
import { forwardSettings } from './settings';

let server: ServerProcess | undefined;

/** Registers everything and returns at once: the server starts behind it. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Assistant', { log: true });
  const status = new StatusBar();
  const snoozing = snooze(status);
  server = new ServerProcess(context, log, status, snoozing.middleware);

  const { tell, follow } = messages(log);
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
    switches(status, tell), pickModel(server), modelManagement(server, tell, log), secrets(context, server),
    command('assistant.restart', () => server?.restart()),
    command('assistant.showLog', () => log.show()),
    command('assistant.trigger', () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger')),
    command('assistant.walkthrough', () => vscode.commands.executeCommand(
      'workbench.action.openWalkthrough', `${context.extension.id}#firstSteps`, false)));

  void server.start();
  void tellAboutEditorSettings(context);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

function command(id: string, run: () => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, run);
}
