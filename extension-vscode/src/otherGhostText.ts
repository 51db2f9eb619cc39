// What in the editor keeps our ghost text from being seen. Each is said once, and never again where the person wants that.
import * as vscode from 'vscode';
import { ghostTextExtensions } from './ghostTextExtensions';

export async function tellAboutEditorSettings(context: vscode.ExtensionContext): Promise<void> {
  const editor = vscode.workspace.getConfiguration('editor', { languageId: 'csharp' });
  if (!editor.get('inlineSuggest.enabled', true)) {
    await say(context, 'inlineSuggest', 'Ghost text is switched off in the editor (editor.inlineSuggest.enabled), so Assistant can show none.', {
      title: 'Switch On',
      run: () => vscode.workspace.getConfiguration('editor').update('inlineSuggest.enabled', true, vscode.ConfigurationTarget.Global),
    });
  }
  // An extension that came with the editor and that nobody uses is not active.
  const others = ghostTextExtensions.filter(id => vscode.extensions.getExtension(id)?.isActive);
  if (others.length) {
    await say(context, `others:${others.join()}`,
      `Another extension shows ghost text too (${others.join(', ')}). VS Code shows one of the two, so disable one of them for C#.`, {
        title: 'Show Extensions',
        run: () => vscode.commands.executeCommand('workbench.extensions.search', others.map(id => `@id:${id}`).join(' ')),
      });
  }
}

async function say(context: vscode.ExtensionContext, about: string, message: string, remedy: { title: string; run: () => Thenable<unknown> }): Promise<void> {
  const key = `said:${about}`;
  if (context.globalState.get(key)) return;
  const never = 'Don\'t Say Again';
  const choice = await vscode.window.showInformationMessage(message, remedy.title, never);
  if (choice === remedy.title) await remedy.run();
  if (choice === never) await context.globalState.update(key, true);
}
