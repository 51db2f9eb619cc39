// npm test: runs every suite and closes with one line that adds them up. --fast: unit and protocol tests only.
import { spawnSync } from 'node:child_process';

const fast = process.argv.includes('--fast');
const totals = { passed: 0, failed: 0 };

function dotnetTests(project, filter) {
  const run = spawnSync('dotnet', ['test', project, '--nologo', ...(filter ? ['--filter', filter] : [])], { encoding: 'utf8', maxBuffer: 1 << 28 });
  process.stdout.write(run.stdout + run.stderr);
  const line = /Failed:\s+(\d+), Passed:\s+(\d+), Skipped:\s+(\d+)/.exec(run.stdout);
  totals.passed += line ? Number(line[2]) : 0;
  // In CI everything that a test needs is there, so a skipped test is a failed one.
  totals.failed += (line ? Number(line[1]) : 1) + (process.env.CI && line ? Number(line[3]) : 0);
  if (line && run.status !== 0 && line[1] === '0') totals.failed += 1;
}

dotnetTests('tests/Assistant.Tests', fast ? 'Category!=RealEngine' : undefined);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed ? 1 : 0);
