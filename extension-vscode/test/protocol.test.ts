// The server's own messages are named only in the generated protocol.ts.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = 'extension-vscode/src';

for (const file of readdirSync(folder).filter(name => name !== 'protocol.ts')) {
  test(`${file} names no method by hand`, () => assert.doesNotMatch(readFileSync(`${folder}/${file}`, 'utf8'), /['"]assistant\//));
}
