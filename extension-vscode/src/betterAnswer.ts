import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isStillWanted, type Place } from './place';

interface Better {
  uri: string;
  version: number;
  position: { line: number; character: number };
}

/**
 * The server has a better answer than the one it gave: the editor asks again, if nothing has moved and nothing was dismissed.
 * VS Code does not say when ghost text is dismissed, so Escape is a command of ours that notes the place and then hides.
 */
export function betterAnswer(log: vscode.LogOutputChannel): vscode.Disposable & { follow(client: LanguageClient): vscode.Disposable } {
  let dismissed: Place | undefined;
  const dismiss = vscode.commands.registerCommand('assistant.dismiss', async () => {
    dismissed = placeNow();
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  });
  return {
    dispose: () => dismiss.dispose(),
    follow: client => client.onNotification('assistant/inlineCompletion/better', (better: Better) => {
      const uri = client.protocol2CodeConverter.asUri(better.uri).toString();
      const wanted = isStillWanted({ uri, version: better.version, ...better.position }, placeNow(), dismissed);
      log.debug(`A better answer for version ${better.version} is ${wanted ? 'asked for' : 'too late'}.`);
      if (wanted) void showAnew();
    }),
  };
}

/** Hidden first: while one is shown, VS Code keeps it before whatever it is given for the same text. */
async function showAnew(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

function placeNow(): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor?.selection.isEmpty) return undefined;
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), version: editor.document.version, line, character };
}
