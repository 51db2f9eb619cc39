import * as vscode from 'vscode';
import { DidChangeConfigurationNotification, type LanguageClient } from 'vscode-languageclient/node';
import { nest } from './nestKeys';

/**
 * The values of `assistant.*` that the user has set, nested and without defaults: the server has its own, and a default sent from here
 * would override the environment and assistant.json. Values that Restricted Mode ignores are left out.
 */
export function explicitSettings(context: Pick<vscode.ExtensionContext, 'extension'>): Record<string, unknown> {
  return nest(declared(context.extension.packageJSON).flatMap(key => {
    const value = explicitSetting<unknown>(key);
    return value !== undefined && value !== null ? [[key.slice('assistant.'.length), value] as const] : [];
  }));
}

/** The value that the user has set; undefined where the default holds. */
export function explicitSetting<T>(key: string): T | undefined {
  const settings = vscode.workspace.getConfiguration();
  const found = settings.inspect<T>(key);
  const isSet = found && [found.globalValue, found.workspaceValue, found.workspaceFolderValue].some(value => value !== undefined);
  return isSet ? settings.get<T>(key) : undefined;
}

/** Changes a setting in the narrowest scope that sets it, as VS Code's own toggles do: in another scope the change has no effect. */
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
    if (!extension) return;
    const settings = { assistant: explicitSettings({ extension }) };
    void client.sendNotification(DidChangeConfigurationNotification.type, { settings });
  });
}

interface Declaration {
  contributes?: { configuration?: readonly { properties?: Record<string, unknown> }[] };
}

function declared(packageJson: Declaration): string[] {
  return (packageJson.contributes?.configuration ?? []).flatMap(group => Object.keys(group.properties ?? {}));
}
