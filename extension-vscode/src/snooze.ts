import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import type { StatusBar } from './statusBar';

const times = [5, 15, 60].map(minutes => ({ label: `${minutes} minutes`, minutes }));

/** Stops automatic ghost text in this window for some minutes. A suggestion that the user invokes by key is still shown. */
export function snooze(status: StatusBar): vscode.Disposable & { middleware: Middleware } {
  let timer: NodeJS.Timeout | undefined;
  const set = (minutes: number): void => {
    clearTimeout(timer);
    timer = minutes > 0 ? setTimeout(() => set(0), minutes * 60_000) : undefined;
    status.snoozed(timer && timeOfDay(Date.now() + minutes * 60_000));
  };
  const command = vscode.commands.registerCommand('assistant.snooze', async () => {
    if (timer) return set(0);
    const chosen = await vscode.window.showQuickPick(times, { placeHolder: 'No suggestions for' });
    if (!chosen) return;
    set(chosen.minutes);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  });
  return {
    dispose: () => { clearTimeout(timer); command.dispose(); },
    middleware: {
      provideInlineCompletionItems: (document, position, context, token, next) =>
        timer && context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic ? [] : next(document, position, context, token),
    },
  };
}

/** Formats a time of day in the user's language. `ms`: since 1970. */
function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString(vscode.env.language, { hour: 'numeric', minute: '2-digit' });
}
