import { chromiumRemedy, findChromium } from './prerequisites.mjs';

/** The end-to-end tests in a real VS Code. Returns { passed, failed, skipped }. */
export async function browserTests() {
  const { runAll, tests } = await import('../tests/e2e/run.mjs');
  if (!findChromium()) {
    console.log(`The browser tests are skipped. ${chromiumRemedy}`);
    return { passed: 0, failed: 0, skipped: tests.length };
  }
  return runAll(console.log);
}
