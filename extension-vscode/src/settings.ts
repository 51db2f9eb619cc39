import * as vscode from 'vscode';
import { DidChangeConfigurationNotification, type LanguageClient } from 'vscode-languageclient/node';
import { nest } from './nested';

/**
 * What the person has set in `assistant.*`, nested, without defaults: the server has its own, and a default of ours
 * would hide what the environment or assistant.json says. What Restricted Mode takes back is not in it.
 */
export function explicitSettings(context: Pick<vscode.ExtensionContext, 'extension'>): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration();
  const set = declared(context.extension.packageJSON).flatMap(key => {
    const found = settings.inspect(key);
    const isSet = found && [found.globalValue, found.workspaceValue, found.workspaceFolderValue].some(value => value !== undefined);
    const value: unknown = settings.get(key);
    return isSet && value !== null ? [[key.slice('assistant.'.length), value] as const] : [];
  });
  return nest(set);
}

/** Sends the settings whenever one of them changes. */
export function forwardSettings(client: LanguageClient): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(change => {
    if (!change.affectsConfiguration('assistant') || !client.isRunning()) return;
    const extension = vscode.extensions.getExtension('local-assistant.csharp-assistant');
    if (extension) void client.sendNotification(DidChangeConfigurationNotification.type, { settings: { assistant: explicitSettings({ extension }) } });
  });
}

interface Declaration {
  contributes?: { configuration?: readonly { properties?: Record<string, unknown> }[] };
}

function declared(packageJson: Declaration): string[] {
  return (packageJson.contributes?.configuration ?? []).flatMap(group => Object.keys(group.properties ?? {}));
}
