// npm run build: the server as a program (artifacts/assistant), and the extension as artifacts/csharp-assistant.vsix.
// The .vsix has the same server, compiled ahead of time for this machine's platform, which starts faster;
// npm run build -- --portable makes artifacts/csharp-assistant-portable.vsix instead, which runs on Windows, Mac and Linux.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './packages.mjs';
import { checkDotnet } from './prerequisites.mjs';
import { run } from './processes.mjs';
import { whenChanged } from './up-to-date.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const program = path.join(root, 'artifacts/assistant', process.platform === 'win32' ? 'assistant.exe' : 'assistant');
export const vsix = path.join(root, 'artifacts/csharp-assistant.vsix');
const portableVsix = path.join(root, 'artifacts/csharp-assistant-portable.vsix');

const serverSources = ['server', 'Directory.Build.props', 'Directory.Packages.props', 'global.json', 'BannedSymbols.txt', '.editorconfig'];
const extension = 'extension-vscode';
const platform = `${process.platform}-${process.arch}`; // as .vsix targets are named

/** Builds outdated parts. `say` gets a sentence for each slow step. */
export async function build(say) {
  process.chdir(root);
  await checkDotnet();
  await buildProgram(say);
  await installPackages(say);
  await pack(say, vsix, path.dirname(program), ['--target', platform]);
}

/** Builds the server for this machine: framework-dependent, and compiled ahead of time for a fast start. */
export async function buildProgram(say) {
  await whenChanged('program', { inputs: serverSources, outputs: [program], version: platform }, async () => {
    say('Building the server ...');
    await publish(path.dirname(program), '--use-current-runtime', '--self-contained', 'false', '-p:PublishReadyToRun=true');
  });
}

async function buildPortable(say) {
  process.chdir(root);
  await checkDotnet();
  await installPackages(say);
  const server = path.join(root, 'artifacts/assistant-portable');
  await whenChanged('portable', { inputs: serverSources, outputs: [server] }, async () => {
    say('Building the portable server ...');
    await publish(server, '-p:UseAppHost=false');
  });
  await pack(say, portableVsix, server, []);
}

async function pack(say, file, server, options) {
  const sources = ['package.json', '.vscodeignore', 'README.md', 'tsconfig.json', 'src', 'walkthrough'];
  const inputs = [...sources.map(name => path.join(extension, name)), server, 'package-lock.json', 'server/Settings/assistant.schema.json'];
  await whenChanged(path.basename(file), { inputs, outputs: [file] }, async () => {
    say('Packing the extension ...');
    await run('node_modules/.bin/tsc', ['--noEmit', '-p', extension]);
    const { build: bundle } = await import('esbuild');
    await bundle({
      entryPoints: [path.join(extension, 'src/extension.ts')],
      outfile: path.join(extension, 'dist/extension.js'),
      bundle: true, platform: 'node', target: 'node20', format: 'cjs', external: ['vscode'], minify: true, logLevel: 'warning',
    });
    fs.copyFileSync('server/Settings/assistant.schema.json', path.join(extension, 'assistant.schema.json'));
    const packed = path.join(extension, 'server');
    fs.rmSync(packed, { recursive: true, force: true });
    // Without the program: the extension starts assistant.dll with a dotnet that it has checked.
    fs.cpSync(server, packed, { recursive: true, filter: name => name !== program && !/\.(xml|pdb)$/.test(name) });
    await run(path.resolve('node_modules/.bin/vsce'),
      ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', ...options, '--out', file], { cwd: extension });
  });
}

async function publish(folder, ...args) {
  fs.rmSync(folder, { recursive: true, force: true });
  await run('dotnet', ['publish', 'server', '-c', 'Release', '-o', folder, '-v', 'quiet', '--nologo', ...args]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const portable = process.argv.includes('--portable');
  await (portable ? buildPortable : build)(console.log).catch(error => { console.error(error.message); process.exit(1); });
  for (const file of portable ? [portableVsix] : [program, vsix]) console.log(path.relative(root, file));
}
