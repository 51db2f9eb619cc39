import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookOf, type EditorStatus, type ShownStatus } from '../src/statusText';

function check(status: ShownStatus, text: string, severity = 'none', editor: Partial<EditorStatus> = {}): void {
  const look = lookOf(status, { enabled: true, ...editor });
  assert.deepEqual([look.text, look.severity], [text, severity]);
}

test('an empty status is shown', () => check({}, '$(sparkle) Assistant'));

test('null is unknown', () => {
  const unknown = { model: null, endpoint: null, latencyMs: null, message: null, remedy: null, level: null, engine: null, reason: null };
  check({ state: 'up', ...unknown }, '$(sparkle) Assistant');
});

test('model and latency', () => {
  const model = 'Qwen/Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf';
  check({ state: 'up', engine: 'model', model, latencyMs: 81.6 }, '$(sparkle) Qwen2.5-Coder-7B-Instruct 82 ms');
});

test('a split file is named without the number of its part', () =>
  check({ model: '/models/qwen2.5-coder-0.5b-q4_0-00001-of-00002.gguf', latencyMs: 1240 }, '$(sparkle) qwen2.5-coder-0.5b 1.2 s'));

test('no model server is no warning', () => check({ state: 'noEndpoint', engine: 'patterns' }, '$(sparkle) Patterns'));

// A server of another make, named by `server.path`, may write its states so.
test('letter case of the state does not matter', () =>
  check({ state: 'NoEndpoint' as 'noEndpoint', engine: 'patterns' }, '$(sparkle) Patterns'));

test('a model server that is down is a warning', () =>
  check({ state: 'down', engine: 'patterns', model: 'qwen' }, '$(warning) Patterns', 'warning'));

test('loading', () => check({ state: 'loading', model: 'qwen' }, '$(loading~spin) qwen'));

test('a server that failed', () => check({ state: 'failed' }, '$(error) Assistant', 'error'));

test('switched off', () => check({ model: 'qwen' }, '$(circle-slash) Assistant: off', 'none', { enabled: false }));

test('snoozed', () => check({ model: 'qwen' }, '$(bell-slash) Assistant: snoozed until 14:35', 'none', { snoozedUntil: '14:35' }));

test('the tooltip has a line for each known field', () => {
  const status: ShownStatus = {
    message: 'It is down.', remedy: 'Start it.', model: 'm', endpoint: 'http://e', level: 'projects', latencyMs: 9,
  };
  assert.equal(lookOf(status, { enabled: true, lastAccepted: 'patterns' }).tooltip, [
    'It is down.',
    'Start it.',
    'Model: m at http://e',
    'Solution: known at the level of projects',
    'Last answer after 9 ms',
    'Last accepted: patterns',
  ].join('\n'));
});
