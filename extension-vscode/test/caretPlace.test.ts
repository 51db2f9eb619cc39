import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStillWanted } from '../src/caretPlace';

const place = { uri: 'file:///a.cs', version: 3, line: 1, character: 5 };

test('an answer for the place of the caret is wanted', () => assert.ok(isStillWanted(place, { ...place }, undefined)));

for (const moved of [{ uri: 'file:///b.cs' }, { version: 4 }, { line: 2 }, { character: 6 }]) {
  test(`no answer is wanted after a change of ${Object.keys(moved).join()}`, () =>
    assert.ok(!isStillWanted(place, { ...place, ...moved }, undefined)));
}

test('no answer is wanted without a caret', () => assert.ok(!isStillWanted(place, undefined, undefined)));

test('no answer is wanted for a place of dismissed ghost text', () => assert.ok(!isStillWanted(place, { ...place }, { ...place })));

test('a dismissal at another place has no effect', () => assert.ok(isStillWanted(place, { ...place }, { ...place, version: 2 })));
