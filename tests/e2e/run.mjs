// Runs the browser tests one after another on one stage. A selection: node tests/e2e/run.mjs [parts of test names]
import { fileURLToPath } from 'node:url';
import { openStage, Skipped } from './stage.mjs';
import { commandTests } from './commands.mjs';
import { ghostTextTests } from './ghost-text.mjs';
import { lifecycleTests } from './lifecycle.mjs';
import { modelServerTests } from './model-servers.mjs';
import { modelTests } from './models.mjs';
import { settingsTests } from './settings.mjs';
import { solutionTests } from './solutions.mjs';

/** `{ name, run(stage) }`: a test passes if it does not throw. */
export const tests = [
  ...ghostTextTests, ...commandTests, ...modelTests, ...lifecycleTests, ...settingsTests, ...solutionTests, ...modelServerTests,
];

/** Returns { passed, failed, skipped }. */
export async function runAll(say, chosen = tests) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const stage = await openStage(say);
  try {
    for (const { name, run } of chosen) {
      const started = Date.now();
      const ending = await run(stage, name).then(
        () => 'passed', error => error instanceof Skipped ? `skipped: ${error.message}` : `FAILED: ${error.message}`);
      counts[/^\w+/.exec(ending)[0].toLowerCase()]++;
      say(`  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s) ${ending}`);
    }
  } finally {
    await stage.close();
  }
  return counts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const parts = process.argv.slice(2);
  const chosen = tests.filter(({ name }) => !parts.length || parts.some(part => name.includes(part)));
  const { passed, failed, skipped } = await runAll(console.log, chosen);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed ? 1 : 0);
}
