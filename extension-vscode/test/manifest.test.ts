// The manifest: its commands are registered, its settings are described, and a workspace cannot redirect the user's code.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import manifest from '../package.json';

const sources = readdirSync('extension-vscode/src').map(file => readFileSync(`extension-vscode/src/${file}`, 'utf8')).join('\n');
const properties: [string, { scope?: string; description: string }][] =
  manifest.contributes.configuration.flatMap(group => Object.entries(group.properties));

for (const { command } of manifest.contributes.commands) {
  test(`${command} is registered`, () => assert.match(sources, new RegExp(`[cC]ommand\\('${command.replace('.', '\\.')}'`)));
}

for (const [name] of properties.filter(([name]) => /endpoint|server\.|\.model$|preferredModels|families|privacy|records/.test(name))) {
  test(`${name} has the scope of the machine`, () => assert.equal(properties.find(([other]) => other === name)?.[1].scope, 'machine'));
  test(`${name} is not taken from an untrusted workspace`, () =>
    assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(name)));
}

test('every setting is described', () => assert.deepEqual(properties.filter(([, { description }]) => !description.endsWith('.')), []));
test('no setting can hold a key', () => assert.doesNotMatch(JSON.stringify(properties), /"apiKey"/));
