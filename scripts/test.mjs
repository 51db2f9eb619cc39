// npm test: runs every suite and prints the sum. --fast: without real engines and browser tests.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './build.mjs';
import { browserTests } from './browser-tests.mjs';
import { extensionTests } from './extension-tests.mjs';
import { checkDotnet, checkNode } from './prerequisites.mjs';

const fast = process.argv.includes('--fast');
const totals = { passed: 0, failed: 0 };

async function suite(name, run) {
  console.log(`\n=== ${name}`);
  const { passed, failed, skipped } = await run().catch(error => {
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  totals.passed += passed;
  // CI has everything that the tests need, so a skipped test counts as failed.
  totals.failed += failed + (process.env.CI ? skipped : 0);
}

async function dotnetTests() {
  const filter = fast ? ['--filter', 'Category!=RealEngine'] : [];
  const run = spawnSync('dotnet', ['test', 'tests/Assistant.Tests', '--nologo', ...filter], { encoding: 'utf8', maxBuffer: 1 << 28 });
  process.stdout.write(run.stdout + run.stderr);
  const line = /Failed:\s+(\d+), Passed:\s+(\d+), Skipped:\s+(\d+)/.exec(run.stdout);
  if (!line) return { passed: 0, failed: 1, skipped: 0 };
  const [failed, passed, skipped] = line.slice(1).map(Number);
  return { passed, failed: failed || (run.status === 0 ? 0 : 1), skipped };
}

process.chdir(path.resolve(root));
try {
  checkNode();
  await checkDotnet();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await suite('Server', dotnetTests);
await suite('Extension', extensionTests);
if (!fast) await suite('Browser', browserTests);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed ? 1 : 0);
