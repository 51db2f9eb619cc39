import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStillWanted } from '../src/place';

const place = { uri: 'file:///a.cs', version: 3, line: 1, character: 5 };

test('an answer for where the caret is', () => assert.ok(isStillWanted(place, { ...place }, undefined)));

for (const moved of [{ uri: 'file:///b.cs' }, { version: 4 }, { line: 2 }, { character: 6 }]) {
  test(`not after a change of ${Object.keys(moved).join()}`, () => assert.ok(!isStillWanted(place, { ...place, ...moved }, undefined)));
}

test('not without a caret', () => assert.ok(!isStillWanted(place, undefined, undefined)));

test('not where it was dismissed', () => assert.ok(!isStillWanted(place, { ...place }, { ...place })));

test('a dismissal elsewhere does not matter', () => assert.ok(isStillWanted(place, { ...place }, { ...place, version: 2 })));
