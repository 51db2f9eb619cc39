import fs from 'node:fs';
import { run } from './processes.mjs';
import { whenChanged } from './up-to-date.mjs';

/** Installs the npm packages of package-lock.json: they bundle and pack the extension, and drive the browser. */
export async function installPackages(say) {
  const manifests = ['package.json', 'package-lock.json', 'extension-vscode/package.json', 'tests/e2e/package.json'];
  const inputs = manifests.filter(file => fs.existsSync(file));
  await whenChanged('packages', { inputs, outputs: ['node_modules/.package-lock.json'], version: process.platform }, async () => {
    say('Installing npm packages ...');
    // No package needs its install scripts: the programs of esbuild and TypeScript are separate packages.
    await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  });
}
