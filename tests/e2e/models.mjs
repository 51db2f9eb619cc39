// What a person does with models by command: picks, gets, loads and unloads them, sets LM Studio up, gives a key.
import assert from 'node:assert/strict';
import { end, freePort } from '../../scripts/processes.mjs';
import { installLms } from './doubles/lms.mjs';
import { restAfter } from './places.mjs';
import { startSimulator } from './simulator.mjs';

const [first, second, third] = ['qwen2.5-coder-7b-instruct', 'starcoder2-7b', 'codestral-22b-v0.1'];

export const modelTests = [
  {
    name: 'the model is picked from what the servers have, and none is loaded unasked',
    run: async (stage, title) => {
      const studio = await startSimulator({ profile: 'lmstudio-0.4', args: [first, second, third].flatMap(model => ['--model', model]) });
      const native = `${new URL(studio.url).origin}/api`;
      const loaded = async () => (await (await fetch(`${native}/v0/models`)).json()).data.filter(model => model.state === 'loaded').map(model => model.id);
      await fetch(`${native}/v1/models/load`, { method: 'POST', body: JSON.stringify({ model: second }) });
      assert.deepEqual(await loaded(), [first, second]);
      const settings = { ...studio.settings, 'assistant.completion.patterns': false };
      await stage.window(title, { settings }, async editor => {
        const pick = () => editor.commandList('Assistant: Pick Model', 'The model for suggestions');
        const acceptOneBy = async model => {
          await editor.caretAt(editor.emptyLine);
          await editor.type('        var op');
          await editor.seesGhost(restAfter('var op'));
          await editor.press('Tab');
          // The one before is named until then.
          await editor.statusSays(`Last accepted: model ${model} (`);
          for (const key of ['Home', 'Home', 'Shift+End', 'Delete']) await editor.press(key);
        };
        await editor.inEmptyLine();
        await acceptOneBy(first);

        const rows = await pick();
        await editor.moment('list');
        assert.equal(rows.length, 4);
        for (const [model, state] of [[first, /\bloaded/], [second, /\bloaded/], [third, /not loaded/]]) {
          const row = rows.find(row => row.includes(model));
          assert.match(row, state);
          assert.equal(row.includes('not loaded'), model === third, row);
        }
        await editor.choose(second);
        await editor.statusSays(second);
        await acceptOneBy(second);
        await editor.moment('second');
        assert.deepEqual(await loaded(), [first, second]);

        // Named by a person, it may be loaded by its use.
        await pick();
        await editor.choose(third);
        await editor.statusSays(third);
        await acceptOneBy(third);
        assert.deepEqual(await loaded(), [first, second, third]);

        await pick();
        await editor.choose('Choose for me');
        await editor.statusSays(first);
      }).finally(() => end(studio.child));
    },
  },
  {
    name: 'a model is downloaded, loaded and unloaded by a click',
    run: async (stage, title) => {
      const studio = await startSimulator({ profile: 'lmstudio-0.4', args: ['--model', first, '--shop', second, '--download-time', '4000'] });
      const models = async () => (await (await fetch(`${new URL(studio.url).origin}/api/v0/models`)).json()).data;
      const loaded = async () => (await models()).filter(model => model.state === 'loaded').map(model => model.id);
      await stage.window(title, { settings: studio.settings }, async editor => {
        const download = model => editor.commandBox('Assistant: Download a Model…', 'qwen2.5-coder', model);
        await editor.inEmptyLine();
        await editor.statusSays(first);
        await download('no-such-model');
        await editor.readsToast(/"no-such-model" not found.*\S/);
        await editor.moment('not found');
        await editor.clearToasts();

        await download(second);
        await editor.readsToast(/Getting starcoder2-7b: (?!0\.0)\d\.\d of 4\.7 GB, /);
        await editor.moment('downloading');
        await editor.answerToast(`Getting ${second}`, 'Cancel');
        await editor.readsToast(`simulator downloads ${second} all the same`);
        await editor.moment('cancelled');
        await editor.clearToasts();

        await download(second);
        await editor.readsToast(`${second} is downloaded. Load it to use it.`);
        await editor.moment('downloaded');

        const rows = await editor.commandList('Assistant: Load a Model…', 'The model to load');
        assert.deepEqual(rows.map(row => row.split(',')[0]), [second]);
        await editor.chooseThen(second, 'The context');
        await editor.choose('8192 tokens');
        await editor.readsToast(`Assistant: loaded ${second}.`);
        await editor.moment('loaded');
        assert.deepEqual(await loaded(), [first, second]);
        assert.equal((await models()).find(model => model.id === second).loaded_context_length, 8192);

        await editor.commandList('Assistant: Unload a Model…', 'The model to unload');
        await editor.choose(second);
        await editor.readsToast(`Assistant: unloaded ${second}.`);
        await editor.moment('unloaded');
        assert.deepEqual(await loaded(), [first]);
      }).finally(() => end(studio.child));
    },
  },
  {
    name: 'LM Studio is set up by a click, and who has none is told where it comes from',
    run: async (stage, title) => {
      const port = await freePort();
      const settings = { 'assistant.endpoints': [{ name: 'studio', baseUrl: `http://127.0.0.1:${port}/v1`, kind: 'lmstudio' }], 'assistant.completion.patterns': false };
      const studio = new LmStudio();
      try {
        await stage.window(title, { settings }, async editor => {
          const setUp = async () => {
            await editor.command('Assistant: Set Up LM Studio');
            await editor.answerDialog('Set LM Studio up', 'Set Up');
          };
          await editor.inEmptyLine();
          await setUp();
          await editor.readsToast(/LM Studio was not found on this machine.*Install LM Studio from https:\/\/lmstudio\.ai/);
          await editor.moment('not installed');
          await editor.clearToasts();

          studio.lms = await installLms(stage.user, (args, say) => studio.play(args, say));
          await setUp();
          await editor.readsToast(/`lms get .*` failed: Error: No space left on device\. Look .*room on the disk/);
          await editor.moment('no room');
          await editor.clearToasts();

          studio.hasRoom = true;
          await setUp();
          await editor.readsToast(`getting ${first}: Downloading 40%`);
          await editor.moment('getting');
          studio.goOn();
          await editor.readsToast(`LM Studio runs ${first}.`);
          await editor.statusSays(new RegExp(`^${first}`));
          await editor.type('        var op');
          await editor.seesGhost(restAfter('var op'));
          await editor.moment('set up');
          assert.match(await editor.accept(), new RegExp(`^model ${first}`));
        });
      } finally {
        await studio.end();
      }
    },
  },
  {
    name: 'a key that is set by command opens a model server that wants one',
    run: async (stage, title) => {
      const key = 'sk-of-the-browser-test';
      const locked = await startSimulator({ args: ['--api-key', key] });
      const endpoint = { ...locked.settings['assistant.endpoints'][0], apiKeySecret: 'house' };
      await stage.window(title, { settings: { 'assistant.endpoints': [endpoint], 'assistant.completion.patterns': false } }, async editor => {
        await editor.inEmptyLine();
        await editor.statusSays(/Set API Key|apiKey/);
        await editor.commandList('Assistant: Set API Key…', 'Which key');
        await editor.chooseThen('house', '');
        await editor.page.locator('.quick-input-widget input[type=password]').fill(key);
        await editor.press('Enter');
        await editor.type('        var op');
        await editor.seesGhost(restAfter('var op'));
        await editor.moment('answered');
        assert.doesNotMatch(await editor.statusLabel(), new RegExp(key));
      }).finally(() => end(locked.child));
    },
  },
];

/** LM Studio as its `lms` drives it, with the simulator for its server. */
class LmStudio {
  hasRoom = false;
  #halfway = new Promise(resolve => { this.goOn = resolve; });
  #models = [];

  async play([verb, ...args], say) {
    switch (verb === 'server' ? `server ${args[0]}` : verb) {
      case 'server status':
        say(JSON.stringify({ running: !!this.server }));
        return 0;
      case 'server start':
        this.server = await startSimulator({ profile: 'lmstudio-0.4', port: Number(args[2]), args: ['--shop', first] });
        return 0;
      case 'ps':
        say('[]');
        return 0;
      case 'ls':
        say(JSON.stringify(this.#models));
        return 0;
      case 'get':
        if (!this.hasRoom) {
          say('Error: No space left on device');
          return 1;
        }
        say('Downloading 40%');
        await this.#halfway;
        await this.#tell('download', { model: args[0] });
        this.#models.push({ type: 'llm', modelKey: args[0] });
        return 0;
      case 'load':
        await this.#tell('load', { model: args[0], context_length: Number(args[2]) });
        return 0;
    }
    say(`Unknown command: ${verb}`);
    return 1;
  }

  async end() {
    this.lms?.remove();
    if (this.server) await end(this.server.child);
  }

  #tell(what, body) {
    return fetch(`${new URL(this.server.url).origin}/api/v1/models/${what}`, { method: 'POST', body: JSON.stringify(body) });
  }
}
