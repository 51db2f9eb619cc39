import fs from 'node:fs';
import { run } from './processes.mjs';
import { whenChanged } from './up-to-date.mjs';

/** Installs the npm packages that package-lock.json names: what bundles and packs the extension, and what drives the browser. */
export async function installPackages(say) {
  const inputs = ['package.json', 'package-lock.json', 'extension-vscode/package.json', 'tests/e2e/package.json'].filter(file => fs.existsSync(file));
  await whenChanged('packages', { inputs, outputs: ['node_modules/.package-lock.json'], version: process.platform }, async () => {
    say('Installing npm packages ...');
    // No package here needs its scripts: esbuild's and TypeScript's programs come as packages of their own.
    await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  });
}
