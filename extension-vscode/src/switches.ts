import * as vscode from 'vscode';
import { MessageType } from 'vscode-languageclient';
import type { Tell } from './messages';
import { changeSetting } from './settings';
import type { StatusBar } from './status';

/** On and off, for all and for the language of the active editor. */
export function switches(status: StatusBar, tell: Tell): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('assistant.toggle', async () => {
      if (status.disabledBy) return tell(MessageType.Warning, `Assistant: ${status.disabledBy}`);
      await changeSetting('assistant.completion.enabled', !status.enabled);
      await hide();
    }),
    vscode.commands.registerCommand('assistant.toggleLanguage', async () => {
      const language = vscode.window.activeTextEditor?.document.languageId ?? 'csharp';
      const disabled = vscode.workspace.getConfiguration('assistant').get<string[]>('completion.disabledLanguages', []);
      const wasDisabled = disabled.includes(language);
      await changeSetting('assistant.completion.disabledLanguages', wasDisabled ? disabled.filter(one => one !== language) : [...disabled, language]);
      vscode.window.setStatusBarMessage(`Assistant: suggestions for ${language} are switched ${wasDisabled ? 'on' : 'off'} in the settings`, 6000);
      await hide();
    }));
}

/** What stands there was made under the old settings. */
function hide(): Thenable<unknown> {
  return vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}
