import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nest } from '../src/nestKeys';

test('keys with dots become objects', () =>
  assert.deepEqual(nest([['completion.enabled', false], ['completion.maxLines', 3], ['endpoints', []]]),
    { completion: { enabled: false, maxLines: 3 }, endpoints: [] }));

test('nothing is set', () => assert.deepEqual(nest([]), {}));
