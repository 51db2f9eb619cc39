// Bundles the tests of the extension's pure parts, and runs them with Node's own test runner.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { installPackages } from './packages.mjs';
import { run } from './processes.mjs';

/** Returns { passed, failed, skipped }. */
export async function extensionTests() {
  await installPackages(console.log);
  await run('node_modules/.bin/tsc', ['--noEmit', '-p', 'extension-vscode']);
  const out = 'artifacts/extension-tests';
  fs.rmSync(out, { recursive: true, force: true });
  const { build } = await import('esbuild');
  await build({
    entryPoints: fs.readdirSync('extension-vscode/test').map(file => path.join('extension-vscode/test', file)),
    outdir: out, outExtension: { '.js': '.cjs' }, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning',
  });
  const files = fs.readdirSync(out).map(file => path.join(out, file));
  const { stdout, stderr } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], { encoding: 'utf8' });
  process.stdout.write(stdout + stderr);
  const count = name => Number(new RegExp(`^ℹ ${name} (\\d+)`, 'm').exec(stdout)?.[1] ?? (name === 'fail' ? 1 : 0));
  return { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped: count('skipped') };
}
