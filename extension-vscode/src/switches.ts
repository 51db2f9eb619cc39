import * as vscode from 'vscode';
import { MessageType } from 'vscode-languageclient';
import { changeSetting } from './settings';
import type { StatusBar } from './statusBar';
import type { ShowMessage } from './userMessages';

/** Switches suggestions on and off, for all files or for the language of the active editor. */
export function switches(status: StatusBar, showMessage: ShowMessage): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('assistant.toggle', async () => {
      if (status.disabledBy) return showMessage(MessageType.Warning, `Assistant: ${status.disabledBy}`);
      await changeSetting('assistant.completion.enabled', !status.enabled);
      await hide();
    }),
    vscode.commands.registerCommand('assistant.toggleLanguage', async () => {
      const language = vscode.window.activeTextEditor?.document.languageId ?? 'csharp';
      const disabled = vscode.workspace.getConfiguration('assistant').get<string[]>('completion.disabledLanguages', []);
      const wasDisabled = disabled.includes(language);
      const languages = wasDisabled ? disabled.filter(one => one !== language) : [...disabled, language];
      await changeSetting('assistant.completion.disabledLanguages', languages);
      const state = wasDisabled ? 'on' : 'off';
      vscode.window.setStatusBarMessage(`Assistant: suggestions for ${language} are switched ${state} in the settings`, 6000);
      await hide();
    }));
}

/** Hides ghost text that was made under the old settings. */
function hide(): Thenable<unknown> {
  return vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}
