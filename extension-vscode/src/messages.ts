import * as vscode from 'vscode';
import { MessageType, ShowMessageNotification } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';

/** Tells a person what may take more than a line. */
export type Tell = (type: MessageType, text: string) => void;

/** VS Code folds a message without buttons to one line, which hides the remedy: so every message that may be longer has a button. */
export function messages(log: vscode.LogOutputChannel): { tell: Tell; follow: (client: LanguageClient) => vscode.Disposable } {
  const tell: Tell = (type, text) => void show(type, text).then(choice => choice && log.show());
  return {
    tell,
    follow: client => client.onNotification(ShowMessageNotification.type, ({ type, message }) => tell(type, message)),
  };
}

function show(type: MessageType, text: string): Thenable<string | undefined> {
  const button = 'Show Log';
  if (type === MessageType.Error) return vscode.window.showErrorMessage(text, button);
  if (type === MessageType.Warning) return vscode.window.showWarningMessage(text, button);
  return vscode.window.showInformationMessage(text, button);
}
