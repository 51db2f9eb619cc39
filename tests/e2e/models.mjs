// Commands on models: pick, download, load, unload, set up LM Studio, set a key.
import assert from 'node:assert/strict';
import { end, freePort } from '../../scripts/processes.mjs';
import { installLms } from './doubles/lms.mjs';
import { restAfter } from './sample-line.mjs';
import { startSimulator } from './simulator.mjs';

const [first, second, third] = ['qwen2.5-coder-7b-instruct', 'starcoder2-7b', 'codestral-22b-v0.1'];

export const modelTests = [
  {
    name: 'the model is picked from the servers\' lists, and none is loaded without a request',
    run: async (stage, title) => {
      const studio = await startSimulator({ profile: 'lmstudio-0.4', args: [first, second, third].flatMap(model => ['--model', model]) });
      const native = `${new URL(studio.url).origin}/api`;
      const loaded = () => loadedModels(studio);
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
          // The status bar names the former model until then.
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

        // The user named the model, so its use may load it.
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
      const args = ['--model', first, '--shop', second, '--download-time', '4000'];
      const studio = await startSimulator({ profile: 'lmstudio-0.4', args });
      const loaded = () => loadedModels(studio);
      await stage.window(title, { settings: studio.settings }, async editor => {
        const download = model => editor.commandBox('Assistant: Download a Model…', 'qwen2.5-coder', model);
        await editor.inEmptyLine();
        await editor.statusSays(first);
        await download('no-such-model');
        await editor.readsToast(/"no-such-model" not found.*\S/);
        await editor.moment('not found');
        await editor.clearToasts();

        await download(second);
        await editor.readsToast(/Downloading starcoder2-7b: (?!0\.0)\d\.\d of 4\.7 GB, /);
        await editor.moment('downloading');
        await editor.answerToast(`Downloading ${second}`, 'Cancel');
        await editor.readsToast(`simulator continues to download ${second}`);
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
        assert.equal((await listedModels(studio)).find(model => model.id === second).loaded_context_length, 8192);

        await editor.commandList('Assistant: Unload a Model…', 'The model to unload');
        await editor.choose(second);
        await editor.readsToast(`Assistant: unloaded ${second}.`);
        await editor.moment('unloaded');
        assert.deepEqual(await loaded(), [first]);
      }).finally(() => end(studio.child));
    },
  },
  {
    name: 'LM Studio is set up by a click, and a message has its download page where it is not installed',
    run: async (stage, title) => {
      const port = await freePort();
      const endpoint = { name: 'studio', baseUrl: `http://127.0.0.1:${port}/v1`, kind: 'lmstudio' };
      const settings = { 'assistant.endpoints': [endpoint], 'assistant.completion.patterns': false };
      const studio = new LmStudio();
      try {
        await stage.window(title, { settings }, async editor => {
          const setUp = async () => {
            await editor.command('Assistant: Set Up LM Studio');
            await editor.answerDialog('Set up LM Studio', 'Set Up');
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
          studio.continueDownload();
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
    name: 'a key that is set by command gives access to a model server that requires one',
    run: async (stage, title) => {
      const key = 'sk-of-the-browser-test';
      const locked = await startSimulator({ args: ['--api-key', key] });
      const endpoint = { ...locked.settings['assistant.endpoints'][0], apiKeySecret: 'house' };
      const settings = { 'assistant.endpoints': [endpoint], 'assistant.completion.patterns': false };
      await stage.window(title, { settings }, async editor => {
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

async function listedModels(studio) {
  const answer = await fetch(`${new URL(studio.url).origin}/api/v0/models`);
  return (await answer.json()).data;
}

async function loadedModels(studio) {
  return (await listedModels(studio)).filter(model => model.state === 'loaded').map(model => model.id);
}

/** A double of LM Studio behind its `lms`, with the simulator as its server. */
class LmStudio {
  hasRoom = false;
  #download = new Promise(resolve => { this.continueDownload = resolve; });
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
        await this.#download;
        await this.#post('download', { model: args[0] });
        this.#models.push({ type: 'llm', modelKey: args[0] });
        return 0;
      case 'load':
        await this.#post('load', { model: args[0], context_length: Number(args[2]) });
        return 0;
    }
    say(`Unknown command: ${verb}`);
    return 1;
  }

  async end() {
    this.lms?.remove();
    if (this.server) await end(this.server.child);
  }

  #post(action, body) {
    return fetch(`${new URL(this.server.url).origin}/api/v1/models/${action}`, { method: 'POST', body: JSON.stringify(body) });
  }
}
