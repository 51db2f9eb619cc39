// What all browser tests stand on: one browser VS Code with the real .vsix, and one Chromium; every test gets a window,
// a copy of the sample solution and settings of its own.
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

/** A test that cannot run here says why by throwing this. */
export class Skipped extends Error { }

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

/** Builds what is not up to date, and starts VS Code and the browser. `doubles`: with a simulated model server, and the double of another extension. */
export async function openStage(say, { doubles = true } = {}) {
  await build(say);
  if (doubles) await buildSimulator(say);
  const installed = await installBrowserVsCode(say);
  const { chromium } = await import('playwright-core');
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'assistant-e2e-'));
  const vscode = await startBrowserVsCode(installed, { home, variables: userOf(home), extensions: [vsix, ...doubles ? [await packDouble(home)] : []] });
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
   * Opens a window on a copy of the sample and hands it to `test`. A test that fails leaves a screenshot and the logs in artifacts/e2e, beside the
   * pictures that every test takes of what matters in it.
   * `settings`: the machine's `assistant.*`; the simulator's if none are given. `trusted`: false leaves the window in Restricted Mode.
   * `restored`: false leaves that to the test. `change(folder)` prepares the folder further.
   */
  async window(name, { settings = this.simulator?.settings ?? {}, trusted = true, restored = true, change = () => { } }, test) {
    const folder = path.join(this.home, `window${++this.#windows}`, 'Orders');
    const emptyLine = restored ? await this.#copyRestored(folder) : await copySample(folder, { restored });
    await change(folder);
    fs.writeFileSync(path.join(this.vscode.data, 'Machine/settings.json'), JSON.stringify(settings, undefined, 2));
    // What a command of an earlier test has set.
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
      // Left, not only closed: VS Code keeps the extensions of a window that is merely gone alive for hours, for it might come back.
      await page.goto('about:blank');
      await context.close();
      await this.servers(0);
    }
  }

  /** The folder of the person who uses this VS Code. */
  get user() {
    return path.join(this.home, 'user');
  }

  /** Waits until `count` language servers run and `isSo` is true of their process ids; returns these. */
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

  /** Restored once for all windows. Returns the line's number, from 1. */
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

/** The ids of the processes that have this argument and another that lies in the folder (Linux). */
function processesWith(folder, argument) {
  return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      const args = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return args.includes(argument) && args.some(arg => arg.startsWith(folder));
    } catch {
      return false; // it has ended in the meantime
    }
  });
}

/** A person of their own, without the LM Studio of who runs the tests; the SDK and what NuGet has got are shared. */
function userOf(home) {
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
  await run(path.join(root, 'node_modules/.bin/vsce'), ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', out], { cwd: folder });
  return out;
}
