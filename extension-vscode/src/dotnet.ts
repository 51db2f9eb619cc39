// The runtime that runs the server: looked for where it is usually installed, checked, and where it is missing acquired or asked for.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { dotnetCandidates, newestRuntime } from './runtimes';

const needed = 10;
const download = 'https://dotnet.microsoft.com/download/dotnet/10.0';
const installTool = 'ms-dotnettools.vscode-dotnet-runtime';

/** The full path of a dotnet that has the runtime, or undefined after a message that says what to do. */
export async function findDotnet(extensionId: string, configured: string, log: vscode.LogOutputChannel): Promise<string | undefined> {
  const candidates = configured ? [configured] : dotnetCandidates(process.env, process.platform).filter(file => existsSync(file));
  const seen: string[] = [];
  for (const dotnet of candidates) {
    const newest = newestRuntime(await listRuntimes(dotnet, log));
    if (newest && newest.major >= needed) return dotnet;
    seen.push(`${dotnet} (${newest ? `runtime ${newest.version}` : 'no runtime'})`);
  }
  log.warn(`No .NET ${needed} runtime: ${seen.join(', ') || 'no dotnet was found'}.`);
  return await acquire(extensionId, log) ?? await ask(seen);
}

async function listRuntimes(dotnet: string, log: vscode.LogOutputChannel): Promise<string> {
  try {
    // A folder of its own: a global.json in the workspace must not have a say.
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
      'dotnet.acquire', { version: `${needed}.0`, requestingExtensionId: extensionId, mode: 'runtime' });
    return found?.dotnetPath;
  } catch (error) {
    log.warn(`The .NET Install Tool could not install the runtime: ${String(error)}`);
    return undefined;
  }
}

async function ask(seen: readonly string[]): Promise<undefined> {
  const found = seen.length ? ` Found: ${seen.join(', ')}.` : '';
  void vscode.window.showErrorMessage(
    `Assistant needs the .NET ${needed} runtime, which was not found.${found} Install it, then restart the server.`, 'Download', 'Restart Server')
    .then(choice => choice === 'Download'
      ? vscode.env.openExternal(vscode.Uri.parse(download))
      : choice === 'Restart Server' && vscode.commands.executeCommand('assistant.restart'));
  return undefined;
}
