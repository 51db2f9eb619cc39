// What a person switches, chooses and looks at by command: off and on, snooze, the model, the last prompt.
import assert from 'node:assert/strict';
import { end } from '../../scripts/processes.mjs';
import { line, nextLine } from '../../scripts/sample.mjs';
import { restAfter } from './places.mjs';
import { startSimulator } from './simulator.mjs';

const toggle = 'Assistant: Enable or Disable Suggestions';
const snooze = 'Assistant: Snooze or Resume Suggestions';

export const commandTests = [
  {
    name: 'suggestions are switched off and on',
    run: (stage, title) => stage.window(title, {}, async editor => {
      await editor.inEmptyLine();
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));
      await editor.command(toggle);
      await editor.statusSays('Assistant: off');
      await editor.seesNoGhost();
      await editor.type('t');
      await editor.seesEntriesInstead();
      await editor.moment('off');
      await editor.escape();
      await editor.press('Alt+Backslash');
      await editor.statusSays('Ghost text is switched off');
      assert.equal(await editor.ghostText(), '');
      await editor.command(toggle);
      await editor.statusSays(/^(?!Assistant: off)/);
      await editor.type('i');
      await editor.seesGhost(restAfter('var opti'));
      await editor.moment('on');
    }),
  },
  {
    name: 'suggestions are snoozed and woken',
    run: (stage, title) => stage.window(title, {}, async editor => {
      await editor.inEmptyLine();
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));
      const times = await editor.commandList(snooze, 'No suggestions for');
      assert.equal(times.length, 3);
      await editor.choose('15 minutes');
      const label = await editor.statusSays('snoozed until');
      const left = minutesUntil(/until (\d+):(\d\d)( [AP]M)?/.exec(label));
      assert.ok(left >= 13 && left <= 15, `${label} is ${left} minutes away`);
      await editor.seesNoGhost();
      await editor.type('t');
      await editor.seesEntriesInstead();
      await editor.moment('snoozed');
      await editor.escape();
      await editor.press('Alt+Backslash');
      await editor.seesGhost(restAfter('var opt'));
      await editor.moment('asked for by key');
      await editor.escape();
      await editor.command(snooze);
      await editor.statusSays(/^(?!.*snoozed)/);
      await editor.type('i');
      await editor.seesGhost(restAfter('var opti'));
    }),
  },
  {
    name: 'the model is picked from what the servers have, and none is loaded unasked',
    run: async (stage, title) => {
      const [first, second, third] = ['qwen2.5-coder-7b-instruct', 'starcoder2-7b', 'codestral-22b-v0.1'];
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
    name: 'a model is loaded and unloaded by a click',
    run: async (stage, title) => {
      const [first, second] = ['qwen2.5-coder-7b-instruct', 'starcoder2-7b'];
      const studio = await startSimulator({ profile: 'lmstudio-0.4', args: [first, second].flatMap(model => ['--model', model]) });
      const models = async () => (await (await fetch(`${new URL(studio.url).origin}/api/v0/models`)).json()).data;
      const loaded = async () => (await models()).filter(model => model.state === 'loaded').map(model => model.id);
      await stage.window(title, { settings: studio.settings }, async editor => {
        await editor.inEmptyLine();
        await editor.statusSays(first);
        const rows = await editor.commandList('Assistant: Load a Model…', 'The model to load');
        assert.ok(rows.some(row => row.includes(second)), `${rows}`);
        await editor.chooseThen(second, 'The context');
        await editor.choose('8192 tokens');
        await editor.toast(`${second} is loaded`).waitFor();
        await editor.moment('loaded');
        assert.deepEqual(await loaded(), [first, second]);
        assert.equal((await models()).find(model => model.id === second).loaded_context_length, 8192);

        await editor.commandList('Assistant: Unload a Model…', 'The model to unload');
        await editor.choose(second);
        await editor.sees('the model to be unloaded', async () => (await loaded()).join() === first);
      }).finally(() => end(studio.child));
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
  {
    name: 'the last prompt and the raw answer are shown, word for word',
    run: (stage, title) => stage.window(title, { settings: { ...stage.simulator.settings, 'assistant.completion.patterns': false } }, async editor => {
      const shows = async (title, ...texts) => {
        await editor.command('Assistant: Show Last Prompt and Raw Answer');
        // From its end upwards.
        await editor.seesBeside(texts[0], 'Control+End');
        for (const text of texts) await editor.seesBeside(text, 'PageUp');
        await editor.moment(title);
        await editor.toFile();
      };
      await editor.inEmptyLine();
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));
      await shows('prompt', restAfter('var op'), '===== raw answer =====', '<|fim_middle|>', '<|fim_suffix|>', '===== prompt =====', 'Made by: model qwen2.5-coder-0.5b-instruct simulator');
      // And anew for what was asked since then, in the document that is open already.
      await editor.type(line.slice(line.indexOf('var op') + 'var op'.length));
      await editor.press('Enter');
      await editor.typeUntilGhost(nextLine.trim(), 'aw');
      await shows('prompt of the next line', nextLine.trim().slice(-20), '===== raw answer =====', line.trim(), '===== prompt =====');
    }),
  },
];

/** Minutes from now until a time of day: [, hour, minute, AM or PM]. */
function minutesUntil([, hour, minute, half]) {
  const now = new Date();
  const hours = half ? Number(hour) % 12 + (half.trim() === 'PM' ? 12 : 0) : Number(hour);
  return (hours * 60 + Number(minute) - now.getHours() * 60 - now.getMinutes() + 1440) % 1440;
}
