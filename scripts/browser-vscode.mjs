// VS Code in a browser, from npm alone: code-server, which is VS Code with a real Node extension host.
// The user's cache keeps it by version, since it is large (0.8 GB) and takes about a minute to install.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { end, freePort, keep, run, until } from './processes.mjs';

const codeServer = '4.139.1'; // VS Code 1.139.1; starts only on Node 24
const node = '24.20.0';

/** Installs missing parts and returns { node, entry }: code-server's Node, and its start script. */
export async function installBrowserVsCode(say) {
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'assistant-tools');
  const home = path.join(cache, `code-server-${codeServer}-node-${node}-${process.arch}`);
  const nodePackage = `node-linux-${process.arch}`;
  const installed = {
    node: path.join(home, 'node/node_modules', nodePackage, 'bin/node'),
    entry: path.join(home, 'code-server/node_modules/code-server/out/node/entry.js'),
  };
  if (fs.existsSync(home)) return installed;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error(`The browser VS Code is set up for Linux on x64 and arm64 only, not for ${process.platform}-${process.arch}. `
      + 'Install VS Code, so that `code` is on PATH, and run `npm start` again.');
  }
  checkCompiler();
  say('Installing the browser VS Code from npm, once (about a minute) ...');
  fs.mkdirSync(cache, { recursive: true });
  const half = fs.mkdtempSync(path.join(cache, 'installing-'));
  try {
    await install(half, nodePackage);
    fs.renameSync(half, home);
  } catch (error) {
    // Two scripts may install at the same time: the second one uses the result of the first.
    if (!fs.existsSync(home)) throw error;
  } finally {
    fs.rmSync(half, { recursive: true, force: true });
  }
  return installed;
}

/**
 * Starts one browser VS Code with the given .vsix files on 127.0.0.1. It writes only into `home`.
 * `settings`: the machine's (user) settings. `variables`: additional environment variables.
 * Returns { url(folder, place), log, data, stop() }.
 */
export async function startBrowserVsCode({ node, entry }, { home, extensions, settings = {}, variables = {}, port = undefined }) {
  const data = path.join(home, 'data');
  const common = ['--extensions-dir', path.join(home, 'extensions'), '--user-data-dir', data];
  // On a VS Code server the machine's settings lie in Machine/, the user's in User/.
  for (const scope of ['User', 'Machine']) fs.mkdirSync(path.join(data, scope), { recursive: true });
  fs.writeFileSync(path.join(data, 'Machine/settings.json'), JSON.stringify(settings, undefined, 2));
  const env = { ...cleanEnvironment(home), ...variables };
  for (const vsix of extensions) await run(node, [entry, '--install-extension', vsix, '--force', ...common], { env });
  const address = `127.0.0.1:${port ?? await freePort()}`;
  const log = path.join(home, 'code-server.log');
  const child = keep(node, [entry, '--auth', 'none', '--bind-addr', address, '--disable-telemetry', '--disable-update-check',
    '--disable-getting-started-override', '--disable-proxy', ...common], { env, log });
  await until('the browser VS Code to answer', async () => {
    if (child.exitCode !== null) throw new Error(`The browser VS Code ended at once:\n${fs.readFileSync(log, 'utf8')}`);
    return fetch(`http://${address}/healthz`).then(answer => answer.ok, () => false);
  });
  return { url: (folder, place) => urlOf(address, folder, place), log, data, stop: () => end(child) };
}

/** The address of a window on a folder, with a file open if `place` (FILE:LINE:COLUMN) is given. */
function urlOf(address, folder, place) {
  const query = new URLSearchParams({ folder });
  if (place) query.set('payload', JSON.stringify([['openFile', `vscode-remote://${address}${place}`], ['gotoLineMode', 'true']]));
  return `http://${address}/?${query}`;
}

async function install(home, nodePackage) {
  const [nodeHome, serverHome] = ['node', 'code-server'].map(name => path.join(home, name));
  for (const folder of [nodeHome, serverHome]) {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  }
  const npm = (cwd, env, ...args) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env });
  await npm(nodeHome, process.env, 'install', '--ignore-scripts', `${nodePackage}@${node}`);
  const nodeFolder = path.join(nodeHome, 'node_modules', nodePackage);
  // nodedir: the headers for the native modules come from that package, and are not downloaded.
  const env = { ...process.env, PATH: `${nodeFolder}/bin:${process.env.PATH}`, npm_config_nodedir: nodeFolder };
  await npm(serverHome, env, 'install', '--ignore-scripts', `code-server@${codeServer}`);
  // The steps of code-server's own postinstall, without its downloads.
  const vscode = path.join(serverHome, 'node_modules/code-server/lib/vscode');
  await npm(vscode, env, 'install', '--omit=dev', '--ignore-scripts');
  await npm(path.join(vscode, 'extensions'), env, 'install', '--omit=dev', '--ignore-scripts');
  for (const [target, link] of [['code-linux.sh', 'bin/remote-cli/code-server'], ['browser-linux.sh', 'bin/helpers/browser.sh']]) {
    fs.rmSync(path.join(vscode, link), { force: true });
    fs.symlinkSync(target, path.join(vscode, link));
  }
  await npm(vscode, env, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog');
}

function checkCompiler() {
  const missing = ['python3', 'make', 'g++'].filter(tool => !onPath(tool));
  if (missing.length) {
    throw new Error(`The browser VS Code has two native modules that are compiled here, and ${missing.join(', ')} `
      + `${missing.length > 1 ? 'are' : 'is'} missing. Remedy on Debian and Ubuntu: sudo apt-get install -y python3 make g++`);
  }
}

/** The full path of a program on PATH, or undefined. */
export function onPath(program) {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  return (process.env.PATH ?? '').split(path.delimiter).flatMap(folder => names.map(name => path.join(folder, name)))
    .find(file => fs.existsSync(file));
}

function cleanEnvironment(home) {
  // Variables of a VS Code terminal or of npm that runs this script must not reach this VS Code.
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON|npm_config_)/.test(name));
  return {
    ...Object.fromEntries(own),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    XDG_CONFIG_HOME: path.join(home, 'config'),
    // The server's project cache: entries for temporary folders must not fill the user's cache.
    XDG_CACHE_HOME: path.join(home, 'cache'),
    XDG_DATA_HOME: path.join(home, 'share'),
  };
}
