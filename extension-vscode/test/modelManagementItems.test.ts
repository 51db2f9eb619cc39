import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextChoices, itemsFor, wantedModel, type ListedModel } from '../src/modelManagementItems';

const models: ListedModel[] = [
  { id: 'a', endpoint: 'studio', detail: 'loaded', state: 'loaded', type: 'llm', canBeMoved: true },
  { id: 'b', endpoint: 'studio', state: 'notLoaded', type: 'llm', canBeMoved: true },
  { id: 'c', endpoint: 'studio', state: 'loading', type: 'llm', canBeMoved: true },
  { id: 'e', endpoint: 'studio', state: 'notLoaded', type: 'embedding', canBeMoved: true },
  { id: 'm', endpoint: 'mlx', state: 'loaded', type: 'llm', canBeMoved: false },
];

const ids = (what: 'pick' | 'load' | 'unload') => itemsFor(what, models).map(item => item.label);

test('all but embedding models can be picked', () => assert.deepEqual(ids('pick'), ['a', 'b', 'c', 'm']));
test('what is neither loaded nor loading can be loaded', () => assert.deepEqual(ids('load'), ['b', 'e']));
test('what is loaded can be unloaded where the server takes orders', () => assert.deepEqual(ids('unload'), ['a']));
test('an older server that says less is picked from as before', () => assert.equal(itemsFor('pick', [{ id: 'x' }]).length, 1));
test('an item says where the model is', () => {
  const [first] = itemsFor('unload', models);
  assert.deepEqual([first?.label, first?.description, first?.detail], ['a', 'studio', 'loaded']);
});

test('no context beyond what the model takes', () => assert.deepEqual(contextChoices(20000), [8192, 16384]));
test('a small model gets all that it takes', () => assert.deepEqual(contextChoices(4096), [4096]));
test('a model that does not say is offered all', () => assert.equal(contextChoices(undefined).length, 4));

test('a name with its quantization', () => assert.deepEqual(wantedModel(' qwen2.5-coder-7b@q4_k_m '), { model: 'qwen2.5-coder-7b', quantization: 'q4_k_m' }));
test('a bare name', () => assert.deepEqual(wantedModel('qwen'), { model: 'qwen' }));
test('nothing typed is nothing wanted', () => assert.equal(wantedModel('  '), undefined));
