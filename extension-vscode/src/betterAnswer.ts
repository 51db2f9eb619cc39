import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isStillWanted, type CaretPlace } from './caretPlace';
import { methods } from './protocol';

/**
 * Requests inline completion again when the server has a better answer than the shown one, if caret and version are unchanged and the user
 * dismissed nothing. VS Code reports no dismissal of ghost text, so Escape is bound to a command that records the place and then hides.
 */
export function betterAnswer(log: vscode.LogOutputChannel): vscode.Disposable & { follow(client: LanguageClient): vscode.Disposable } {
  let dismissed: CaretPlace | undefined;
  const dismiss = vscode.commands.registerCommand('assistant.dismiss', async () => {
    dismissed = currentPlace();
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  });
  return {
    dispose: () => dismiss.dispose(),
    follow: client => client.onNotification(methods.betterInlineCompletion, better => {
      const uri = client.protocol2CodeConverter.asUri(better.uri).toString();
      const wanted = isStillWanted({ uri, version: better.version, ...better.position }, currentPlace(), dismissed);
      log.debug(`A better answer for version ${better.version} is ${wanted ? 'requested' : 'too late'}.`);
      if (wanted) void showAgain();
    }),
  };
}

/** Hides first: VS Code prefers the shown item to a new one for the same text. */
async function showAgain(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

function currentPlace(): CaretPlace | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor?.selection.isEmpty) return undefined;
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), version: editor.document.version, line, character };
}
