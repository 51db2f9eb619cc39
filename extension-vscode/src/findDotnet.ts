// The .NET runtime for the server: searched in the usual places, checked, and acquired or requested from the user where it is missing.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { dotnetCandidates, newestRuntime } from './dotnetRuntimes';

const neededMajor = 10;
const downloadPage = 'https://dotnet.microsoft.com/download/dotnet/10.0';
const installTool = 'ms-dotnettools.vscode-dotnet-runtime';

/** The full path of a dotnet with the needed runtime; undefined after a message that names the remedy. */
export async function findDotnet(extensionId: string, configured: string, log: vscode.LogOutputChannel): Promise<string | undefined> {
  const candidates = configured ? [configured] : dotnetCandidates(process.env, process.platform).filter(file => existsSync(file));
  const unsuitable: string[] = [];
  for (const dotnet of candidates) {
    const newest = newestRuntime(await listRuntimes(dotnet, log));
    if (newest && newest.major >= neededMajor) return dotnet;
    unsuitable.push(`${dotnet} (${newest ? `runtime ${newest.version}` : 'no runtime'})`);
  }
  log.warn(`No .NET ${neededMajor} runtime: ${unsuitable.join(', ') || 'no dotnet was found'}.`);
  return await acquire(extensionId, log) ?? await askUser(unsuitable);
}

async function listRuntimes(dotnet: string, log: vscode.LogOutputChannel): Promise<string> {
  try {
    // The working directory is dotnet's own folder: a global.json in the workspace must not influence the result.
    const { stdout } = await promisify(execFile)(dotnet, ['--list-runtimes'], { cwd: path.dirname(dotnet), timeout: 20_000 });
    return stdout;
  } catch (error) {
    log.warn(`${dotnet} --list-runtimes: ${String(error)}`);
    return '';
  }
}

async function acquire(extensionId: string, log: vscode.LogOutputChannel): Promise<string | undefined> {
  if (!vscode.extensions.getExtension(installTool)) return undefined;
  try {
    const found = await vscode.commands.executeCommand<{ dotnetPath?: string } | undefined>(
      'dotnet.acquire', { version: `${neededMajor}.0`, requestingExtensionId: extensionId, mode: 'runtime' });
    return found?.dotnetPath;
  } catch (error) {
    log.warn(`The .NET Install Tool could not install the runtime: ${String(error)}`);
    return undefined;
  }
}

async function askUser(unsuitable: readonly string[]): Promise<undefined> {
  const found = unsuitable.length ? ` Found: ${unsuitable.join(', ')}.` : '';
  const message = `Assistant needs the .NET ${neededMajor} runtime, which was not found.${found} Install it, then restart the server.`;
  void vscode.window.showErrorMessage(message, 'Download', 'Restart Server').then(choice => choice === 'Download'
    ? vscode.env.openExternal(vscode.Uri.parse(downloadPage))
    : choice === 'Restart Server' && vscode.commands.executeCommand('assistant.restart'));
  return undefined;
}
