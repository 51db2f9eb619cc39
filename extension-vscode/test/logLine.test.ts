import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLogLine, type Level } from '../src/logLine';

function check(lines: string, read: string): void {
  let level: Level = 'error';
  const all = lines.split('\n').map(line => {
    const one = readLogLine(line, level);
    level = one.level;
    return `${one.level}|${one.text}`;
  });
  assert.equal(all.join('\n'), read);
}

test('the time is left out: the channel writes its own', () =>
  check('11:39:20.642 info WorkspaceLoading: Loading: it began.', 'info|WorkspaceLoading: Loading: it began.'));

test('every level', () =>
  check('01:02:03.004 trace A: a\n01:02:03.004 debug A: a\n01:02:03.004 warn A: a\n01:02:03.004 error A: a', 'trace|A: a\ndebug|A: a\nwarn|A: a\nerror|A: a'));

test('a stack trace goes on with its line', () =>
  check('01:02:03.004 warn A: failed\nSystem.IO.IOException: gone\n   at B()\n01:02:03.004 info A: well', 'warn|A: failed\nwarn|System.IO.IOException: gone\nwarn|   at B()\ninfo|A: well'));

test('what .NET says of its own is an error', () =>
  check('01:02:03.004 info A: a\nUnhandled exception. System.Exception: b\n   at C()', 'info|A: a\nerror|Unhandled exception. System.Exception: b\nerror|   at C()'));

test('so is what comes before the first line', () => check('dotnet: not found', 'error|dotnet: not found'));
