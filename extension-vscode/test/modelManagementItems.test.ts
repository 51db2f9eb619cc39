import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextChoices, itemsFor, wantedModel } from '../src/modelManagementItems';
import type { ListedModel } from '../src/protocol';

const models: ListedModel[] = [
  { id: 'a', endpoint: 'studio', detail: 'loaded', state: 'loaded', type: 'llm', canBeMoved: true },
  { id: 'b', endpoint: 'studio', state: 'notLoaded', type: 'llm', canBeMoved: true },
  { id: 'c', endpoint: 'studio', state: 'loading', type: 'llm', canBeMoved: true },
  { id: 'e', endpoint: 'studio', state: 'notLoaded', type: 'embedding', canBeMoved: true },
  { id: 'm', endpoint: 'mlx', state: 'loaded', type: 'llm', canBeMoved: false },
];

const ids = (action: 'pick' | 'load' | 'unload') => itemsFor(action, models).map(item => item.label);

test('all but embedding models can be picked', () => assert.deepEqual(ids('pick'), ['a', 'b', 'c', 'm']));
test('a model that is neither loaded nor loading can be loaded', () => assert.deepEqual(ids('load'), ['b', 'e']));
test('a loaded model can be unloaded where the server supports it', () => assert.deepEqual(ids('unload'), ['a']));
test('a model of which only the id is known can be picked', () => assert.equal(itemsFor('pick', [{ id: 'x' }]).length, 1));
test('an item names the endpoint and the state', () => {
  const [first] = itemsFor('unload', models);
  assert.deepEqual([first?.label, first?.description, first?.detail], ['a', 'studio', 'loaded']);
});

test('no context is longer than the maximum of the model', () => assert.deepEqual(contextChoices(20000), [8192, 16384]));
test('a small model is offered its maximum', () => assert.deepEqual(contextChoices(4096), [4096]));
test('a model without a known maximum is offered all', () => assert.equal(contextChoices(undefined).length, 4));

test('a name with its quantization', () =>
  assert.deepEqual(wantedModel(' qwen2.5-coder-7b@q4_k_m '), { model: 'qwen2.5-coder-7b', quantization: 'q4_k_m' }));
test('a bare name', () => assert.deepEqual(wantedModel('qwen'), { model: 'qwen' }));
test('an empty text names no model', () => assert.equal(wantedModel('  '), undefined));
