import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CrashLoop } from '../src/crashLoop';

const minute = 60_000;

function check(...crashes: [at: number, restarted: boolean][]): void {
  const loop = new CrashLoop();
  for (const [at, restarted] of crashes) assert.equal(loop.mayRestart(at * minute), restarted, `at minute ${at}`);
}

test('the fifth crash within three minutes is the last', () => check([0, true], [0.5, true], [1, true], [1.5, true], [2, false]));

test('crashes of an earlier period do not count', () => check([0, true], [1, true], [2, true], [3.5, true], [4.5, true], [5.5, true]));
