import * as vscode from 'vscode';

/** On and off, for all and for the language of the active editor. */
export function switches(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('assistant.toggle', async () => {
      const settings = vscode.workspace.getConfiguration('assistant');
      await settings.update('completion.enabled', !settings.get('completion.enabled', true), vscode.ConfigurationTarget.Global);
      await hide();
    }),
    vscode.commands.registerCommand('assistant.toggleLanguage', async () => {
      const language = vscode.window.activeTextEditor?.document.languageId ?? 'csharp';
      const settings = vscode.workspace.getConfiguration('assistant');
      const disabled = settings.get<string[]>('completion.disabledLanguages', []);
      const changed = disabled.includes(language) ? disabled.filter(one => one !== language) : [...disabled, language];
      await settings.update('completion.disabledLanguages', changed, vscode.ConfigurationTarget.Global);
      await hide();
    }));
}

/** What stands there was made under the old settings. */
function hide(): Thenable<unknown> {
  return vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}
