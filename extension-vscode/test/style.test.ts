// The rule for lines, which the House tests check in C#, for TypeScript and JavaScript.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const mostCharacters = 140;
const folders = ['extension-vscode/src', 'extension-vscode/test', 'scripts', 'scripts/bench', 'tests/e2e', 'tests/e2e/doubles'];
const files = folders.flatMap(folder => readdirSync(folder).filter(name => /\.(ts|mjs)$/.test(name)).map(name => `${folder}/${name}`));

test('no line is longer than 140 characters', () => assert.deepEqual(files.flatMap(longLines), []));

function longLines(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => [...line].length > mostCharacters ? [`${file}:${index + 1}`] : []);
}
