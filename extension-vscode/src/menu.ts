import * as vscode from 'vscode';

const entries = [
  { label: '$(sparkle) Suggest now', command: 'assistant.trigger' },
  { label: '$(list-selection) Pick model', command: 'assistant.pickModel' },
  { label: '$(arrow-down) Load a model', command: 'assistant.loadModel' },
  { label: '$(arrow-up) Unload a model', command: 'assistant.unloadModel' },
  { label: '$(cloud-download) Download a model', command: 'assistant.downloadModel' },
  { label: '$(rocket) Set up LM Studio', command: 'assistant.setUp' },
  { label: '$(key) Set API key', command: 'assistant.setApiKey' },
  { label: '$(circle-slash) Enable or disable', command: 'assistant.toggle' },
  { label: '$(file-code) Enable or disable for this language', command: 'assistant.toggleLanguage' },
  { label: '$(bell-slash) Snooze or resume', command: 'assistant.snooze' },
  { label: '$(debug-restart) Restart server', command: 'assistant.restart' },
  { label: '$(output) Show log', command: 'assistant.showLog' },
  { label: '$(eye) Show last prompt and raw answer', command: 'assistant.showLastPrompt' },
  { label: '$(mortar-board) First steps', command: 'assistant.walkthrough' },
  { label: '$(gear) Settings', command: 'workbench.action.openSettings', arguments: ['@ext:local-assistant.csharp-assistant'] },
];

/** The menu behind the status bar item. */
export function menu(): vscode.Disposable {
  return vscode.commands.registerCommand('assistant.menu', async () => {
    const chosen = await vscode.window.showQuickPick(entries, { placeHolder: 'Assistant for C#' });
    if (chosen) await vscode.commands.executeCommand(chosen.command, ...chosen.arguments ?? []);
  });
}
