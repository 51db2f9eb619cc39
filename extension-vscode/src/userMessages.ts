import * as vscode from 'vscode';
import { MessageType, ShowMessageNotification } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';

export interface UserMessages {
  readonly showMessage: ShowMessage;
  /** Shows the messages of a client's server. */
  readonly follow: (client: LanguageClient) => vscode.Disposable;
}

/** Shows a message that may be longer than a line. */
export type ShowMessage = (type: MessageType, text: string) => void;

/** VS Code folds a message without buttons to one line, which hides the remedy, so each message that may be longer has a button. */
export function userMessages(log: vscode.LogOutputChannel): UserMessages {
  const showMessage: ShowMessage = (type, text) => void showWithButton(type, text).then(choice => choice && log.show());
  return {
    showMessage,
    follow: client => client.onNotification(ShowMessageNotification.type, ({ type, message }) => showMessage(type, message)),
  };
}

function showWithButton(type: MessageType, text: string): Thenable<string | undefined> {
  const button = 'Show Log';
  if (type === MessageType.Error) return vscode.window.showErrorMessage(text, button);
  if (type === MessageType.Warning) return vscode.window.showWarningMessage(text, button);
  return vscode.window.showInformationMessage(text, button);
}
