// Checks for the programs that the scripts need; each error has a remedy.
import { onPath } from './browser-vscode.mjs';
import { run } from './processes.mjs';

export function checkNode() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Error(`Node 20 or newer is needed; this is ${process.versions.node}. Install it from https://nodejs.org`);
  }
}

export async function checkDotnet() {
  const remedy = 'Install it from https://dotnet.microsoft.com/download/dotnet/10.0';
  if (!onPath('dotnet')) throw new Error(`The .NET 10 SDK is needed, and there is no \`dotnet\` on PATH. ${remedy}`);
  const listed = await run('dotnet', ['--list-sdks']);
  if (!/^10\./m.test(listed)) throw new Error(`The .NET 10 SDK is needed; \`dotnet --list-sdks\` says:\n${listed || 'nothing'}\n${remedy}`);
}

/** The browser that the tests and the smoke run use, or undefined. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return process.env.ASSISTANT_CHROMIUM || names.map(onPath).find(file => file);
}

export const chromiumRemedy = 'Chromium is not on PATH. Remedy on Debian and Ubuntu: sudo apt-get install -y chromium; '
  + 'elsewhere install Google Chrome, or set ASSISTANT_CHROMIUM to its program.';
