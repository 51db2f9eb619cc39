// npm start: builds, and opens VS Code with the extension on a copy of the sample solution. The user's own VS Code stays unchanged.
// -- --browser: the browser VS Code, even if `code` is on PATH.
// -- --smoke [--endpoint URL] [--screenshot FILE]: unattended; headless Chromium types and accepts ghost text (scripts/smoke.mjs).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installBrowserVsCode, onPath, startBrowserVsCode } from './browser-vscode.mjs';
import { build, vsix } from './build.mjs';
import { sourceOfGhostText } from './model-servers.mjs';
import { checkNode } from './prerequisites.mjs';
import { run } from './processes.mjs';
import { copySample, file } from './sample.mjs';
import { smoke } from './smoke.mjs';

const args = process.argv.slice(2);
const say = console.log;

try {
  checkNode();
  const option = name => args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
  if (args.includes('--smoke')) {
    await smoke(say, { endpoint: option('--endpoint'), screenshot: option('--screenshot') });
  } else {
    await start();
  }
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function start() {
  await build(say);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'assistant-start-'));
  process.on('exit', () => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const folder = path.join(home, 'Orders');
  const line = await copySample(folder);
  const place = `${path.join(folder, file)}:${line}:1`;
  say(await sourceOfGhostText());
  say(`Try it: in line ${line} of ${path.basename(file)}, begin to type "        var op". Tab accepts the ghost text, Esc dismisses it.`);
  say('The folder opens in Restricted Mode, where suggestions use the text alone. Trust it to load the solution.');
  const code = onPath('code');
  await (code && !args.includes('--browser') ? openOwn(code, home, folder, place) : openBrowser(home, folder, place));
}

/** Runs the user's VS Code with separate data and extension folders, until its window is closed. */
async function openOwn(code, home, folder, place) {
  const ours = ['--user-data-dir', path.join(home, 'data'), '--extensions-dir', path.join(home, 'extensions')];
  await run(code, [...ours, '--install-extension', vsix]);
  say('VS Code opens; this command ends when its window is closed.');
  const options = { stdio: 'inherit', shell: process.platform === 'win32' };
  const child = spawn(code, [...ours, '--new-window', '--wait', folder, '--goto', place], options);
  await once(child, 'exit');
}

/** Runs the browser VS Code until the script is interrupted. */
async function openBrowser(home, folder, place) {
  const vscode = await startBrowserVsCode(await installBrowserVsCode(say), { home: path.join(home, 'vscode'), extensions: [vsix] });
  say(`VS Code is at ${vscode.url(folder, place)}\nCtrl+C ends it.`);
  await new Promise(() => setInterval(() => { }, 1 << 30));
}
