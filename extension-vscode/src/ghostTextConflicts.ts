// Causes in the editor that hide this extension's ghost text. Each is reported once per window, and never again where the user wants that.
import * as vscode from 'vscode';
import { ghostTextExtensions } from './ghostTextExtensions';

interface Remedy {
  readonly title: string;
  readonly run: () => Thenable<unknown>;
}

export async function warnAboutGhostTextConflicts(context: vscode.ExtensionContext): Promise<void> {
  const editor = vscode.workspace.getConfiguration('editor', { languageId: 'csharp' });
  if (!editor.get('inlineSuggest.enabled', true)) {
    await warn(
      context, 'inlineSuggest', 'Ghost text is switched off in the editor (editor.inlineSuggest.enabled), so Assistant cannot show any.', {
        title: 'Switch On',
        run: () => vscode.workspace.getConfiguration('editor').update('inlineSuggest.enabled', true, vscode.ConfigurationTarget.Global),
      });
  }
  // A built-in extension that is not used is not active.
  const others = ghostTextExtensions.filter(id => vscode.extensions.getExtension(id)?.isActive);
  if (others.length) {
    await warn(context, `others:${others.join()}`,
      `Another extension shows ghost text too (${others.join(', ')}). VS Code shows only one of them, so disable one of them for C#.`, {
        title: 'Show Extensions',
        run: () => vscode.commands.executeCommand('workbench.extensions.search', others.map(id => `@id:${id}`).join(' ')),
      });
  }
}

async function warn(context: vscode.ExtensionContext, topic: string, message: string, remedy: Remedy): Promise<void> {
  // The key keeps its first spelling, so that a choice of an earlier version still counts.
  const key = `said:${topic}`;
  if (context.globalState.get(key)) return;
  const never = 'Don\'t Show Again';
  const choice = await vscode.window.showInformationMessage(message, remedy.title, never);
  if (choice === remedy.title) await remedy.run();
  if (choice === never) await context.globalState.update(key, true);
}
