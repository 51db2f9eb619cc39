import * as vscode from 'vscode';
import { DidChangeConfigurationNotification, type LanguageClient } from 'vscode-languageclient/node';
import { nest } from './nested';

/**
 * What the person has set in `assistant.*`, nested, without defaults: the server has its own, and a default of ours
 * would hide what the environment or assistant.json says. What Restricted Mode takes back is not in it.
 */
export function explicitSettings(context: Pick<vscode.ExtensionContext, 'extension'>): Record<string, unknown> {
  return nest(declared(context.extension.packageJSON).flatMap(key => {
    const value = explicitSetting<unknown>(key);
    return value !== undefined && value !== null ? [[key.slice('assistant.'.length), value] as const] : [];
  }));
}

/** What the person has set; undefined where it is the default. */
export function explicitSetting<T>(key: string): T | undefined {
  const settings = vscode.workspace.getConfiguration();
  const found = settings.inspect<T>(key);
  const isSet = found && [found.globalValue, found.workspaceValue, found.workspaceFolderValue].some(value => value !== undefined);
  return isSet ? settings.get<T>(key) : undefined;
}

/** Changes a setting in the narrowest place that sets it, as VS Code's own switches do it: elsewhere the change would have no effect. */
export async function changeSetting(key: string, value: unknown): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const setByWorkspace = settings.inspect(key)?.workspaceValue !== undefined;
  await settings.update(key, value, setByWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
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
