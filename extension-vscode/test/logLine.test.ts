import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLogLine, type Level } from '../src/logLine';

function check(lines: string[], read: string[]): void {
  let level: Level = 'error';
  const all = lines.map(line => {
    const one = readLogLine(line, level);
    level = one.level;
    return `${one.level}|${one.text}`;
  });
  assert.deepEqual(all, read);
}

test('the time is left out, since the channel writes its own', () =>
  check(['11:39:20.642 info WorkspaceLoading: Loading: it began.'], ['info|WorkspaceLoading: Loading: it began.']));

test('every level', () => check(
  ['01:02:03.004 trace A: a', '01:02:03.004 debug A: a', '01:02:03.004 warn A: a', '01:02:03.004 error A: a'],
  ['trace|A: a', 'debug|A: a', 'warn|A: a', 'error|A: a']));

test('a stack trace has the level of its line', () => check(
  ['01:02:03.004 warn A: failed', 'System.IO.IOException: gone', '   at B()', '01:02:03.004 info A: well'],
  ['warn|A: failed', 'warn|System.IO.IOException: gone', 'warn|   at B()', 'info|A: well']));

test('output of the .NET host is an error', () => check(
  ['01:02:03.004 info A: a', 'Unhandled exception. System.Exception: b', '   at C()'],
  ['info|A: a', 'error|Unhandled exception. System.Exception: b', 'error|   at C()']));

test('output before the first line of the log is an error', () => check(['dotnet: not found'], ['error|dotnet: not found']));
