// The environment of all browser tests: one browser VS Code with the real .vsix, and one Chromium. Each test gets its own window,
// copy of the sample solution, and settings.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installBrowserVsCode, startBrowserVsCode } from '../../scripts/browser-vscode.mjs';
import { build, root, vsix } from '../../scripts/build.mjs';
import { findChromium } from '../../scripts/prerequisites.mjs';
import { end, run, until } from '../../scripts/processes.mjs';
import { copyAgain, copySample } from '../../scripts/sample.mjs';
import { Editor } from './editor.mjs';
import { buildSimulator, startSimulator } from './simulator.mjs';

const artifacts = path.join(root, 'artifacts/e2e');

/** Thrown by a test that cannot run on this machine; the message has the reason. */
export class Skipped extends Error { }

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/**
 * Builds outdated parts, and starts VS Code and the browser. `doubles`: with a simulated model server and the double of another
 * extension.
 */
export async function openStage(say, { doubles = true } = {}) {
  await build(say);
  if (doubles) await buildSimulator(say);
  const installed = await installBrowserVsCode(say);
  const { chromium } = await import('playwright-core');
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'assistant-e2e-'));
  const extensions = [vsix, ...doubles ? [await packDouble(home)] : []];
  const vscode = await startBrowserVsCode(installed, { home, variables: variablesOfUser(home), extensions });
  const browser = await chromium.launch({ executablePath: findChromium(), headless: true, args: flags }).catch(async error => {
    await vscode.stop();
    throw error;
  });
  return new Stage(home, vscode, browser, doubles ? await startSimulator() : undefined);
}

export class Stage {
  #windows = 0;
  #restored;

  constructor(home, vscode, browser, simulator) {
    Object.assign(this, { home, vscode, browser, simulator });
  }

  /**
   * Opens a window on a copy of the sample and passes it to `test`. A failed test leaves a screenshot and the logs in artifacts/e2e,
   * beside the pictures of the test's important moments.
   * `settings`: the machine's `assistant.*`; the simulator's by default. `trusted`: false leaves the window in Restricted Mode.
   * `restored`: false leaves the restore to the test. `change(folder)` changes the copy first.
   */
  async window(name, { settings = this.simulator?.settings ?? {}, trusted = true, restored = true, change = () => { } }, test) {
    const folder = path.join(this.home, `window${++this.#windows}`, 'Orders');
    const emptyLine = restored ? await this.#copyRestored(folder) : await copySample(folder, { restored });
    await change(folder);
    fs.writeFileSync(path.join(this.vscode.data, 'Machine/settings.json'), JSON.stringify(settings, undefined, 2));
    // A command of an earlier test may have written settings.
    fs.rmSync(path.join(this.vscode.data, 'User/settings.json'), { force: true });
    const kept = path.join(artifacts, name.replace(/\W+/g, '-'));
    fs.rmSync(kept, { recursive: true, force: true });
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const messages = [];
    page.on('console', message => messages.push(message.text()));
    try {
      await page.goto(this.vscode.url(folder));
      const editor = new Editor(page, folder, emptyLine, kept);
      await editor.ready();
      if (trusted) await editor.trust();
      await test(editor);
    } catch (error) {
      await this.#keepEvidence(kept, page, messages);
      throw error;
    } finally {
      // The page navigates away first: after a mere close, VS Code keeps the window's extensions running for hours.
      await page.goto('about:blank');
      await context.close();
      await this.servers(0);
    }
  }

  /** The home folder of the user of this VS Code. */
  get user() {
    return path.join(this.home, 'user');
  }

  /** Waits until `count` language servers run and `isSo` is true of their process ids. Returns the ids. */
  servers(count, isSo = () => true) {
    return until(`${count} server(s)`, () => {
      const pids = processesWith(this.home, 'lsp');
      return pids.length === count && isSo(pids) ? pids : undefined;
    });
  }

  async close() {
    await this.browser.close();
    await this.vscode.stop();
    if (this.simulator) await end(this.simulator.child);
    fs.rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Copies the sample, which is restored once for all windows. Returns the 1-based number of the empty line. */
  async #copyRestored(folder) {
    const first = path.join(this.home, 'restored/Orders');
    this.#restored ??= copySample(first);
    const emptyLine = await this.#restored;
    copyAgain(first, folder);
    return emptyLine;
  }

  async #keepEvidence(kept, page, messages) {
    fs.mkdirSync(kept, { recursive: true });
    await page.screenshot({ path: path.join(kept, 'screenshot.png') }).catch(() => undefined);
    fs.writeFileSync(path.join(kept, 'console.log'), messages.join('\n'));
    fs.copyFileSync(this.vscode.log, path.join(kept, 'code-server.log'));
    fs.cpSync(path.join(this.vscode.data, 'logs'), path.join(kept, 'logs'), { recursive: true });
  }
}

/** The ids of the processes that have this argument and one that is a path in the folder (Linux). */
function processesWith(folder, argument) {
  return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      const args = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return args.includes(argument) && args.some(arg => arg.startsWith(folder));
    } catch {
      return false; // the process has ended
    }
  });
}

/** A separate user without the LM Studio of the user who runs the tests; the .NET SDK and NuGet's packages are shared. */
function variablesOfUser(home) {
  const user = path.join(home, 'user');
  fs.mkdirSync(user);
  for (const shared of ['.nuget', '.dotnet']) {
    const folder = path.join(os.homedir(), shared);
    if (fs.existsSync(folder)) fs.symlinkSync(folder, path.join(user, shared));
  }
  const programs = (process.env.PATH ?? '').split(path.delimiter).filter(folder => !fs.existsSync(path.join(folder, 'lms')));
  return { HOME: user, PATH: programs.join(path.delimiter) };
}

async function packDouble(home) {
  const out = path.join(home, 'other-completions.vsix');
  const folder = path.join(root, 'tests/e2e/doubles/other-completions');
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', out];
  await run(path.join(root, 'node_modules/.bin/vsce'), ['package', ...options], { cwd: folder });
  return out;
}
