// Commands that switch suggestions off and on, snooze them, and show the last prompt.
import assert from 'node:assert/strict';
import { line, nextLine } from '../../scripts/sample.mjs';
import { restAfter } from './sample-line.mjs';

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
    name: 'suggestions are snoozed and resumed',
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
    name: 'the last prompt and the raw answer are shown verbatim',
    run: (stage, title) => stage.window(title, { settings: withoutPatterns(stage) }, async editor => {
      const shows = async (title, ...texts) => {
        await editor.command('Assistant: Show Last Prompt and Raw Answer');
        // Scrolls from the end upwards.
        await editor.seesBeside(texts[0], 'Control+End');
        for (const text of texts) await editor.seesBeside(text, 'PageUp');
        await editor.moment(title);
        await editor.toFile();
      };
      await editor.inEmptyLine();
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));
      await shows(
        'prompt', restAfter('var op'), '===== raw answer =====', '<|fim_middle|>', '<|fim_suffix|>', '===== prompt =====',
        'Made by: model qwen2.5-coder-0.5b-instruct simulator');
      // The open document shows a later prompt after the command is run again.
      await editor.type(line.slice(line.indexOf('var op') + 'var op'.length));
      await editor.press('Enter');
      await editor.typeUntilGhost(nextLine.trim(), 'aw');
      await shows('prompt of the next line', nextLine.trim().slice(-20), '===== raw answer =====', line.trim(), '===== prompt =====');
    }),
  },
];

function withoutPatterns(stage) {
  return { ...stage.simulator.settings, 'assistant.completion.patterns': false };
}

/** Minutes from now until a time of day: [, hour, minute, AM or PM]. */
function minutesUntil([, hour, minute, half]) {
  const now = new Date();
  const hours = half ? Number(hour) % 12 + (half.trim() === 'PM' ? 12 : 0) : Number(hour);
  return (hours * 60 + Number(minute) - now.getHours() * 60 - now.getMinutes() + 1440) % 1440;
}
