// Ghost text: shown, accepted, accepted in part, dismissed, typed as suggested, beside IntelliSense.
import assert from 'node:assert/strict';
import { line } from '../../scripts/sample.mjs';
import { restAfter } from './sample-line.mjs';

export const ghostTextTests = [
  test('Tab accepts all of it', async editor => {
    await editor.type('        var op');
    await editor.seesGhost(restAfter('var op'));
    await editor.press('Tab');
    await editor.seesText(line.trim());
    await editor.statusSays(/Last accepted: \w+/);
  }),

  test('Ctrl+Right accepts a word, and the rest stays', async editor => {
    await editor.type('        var op');
    await editor.seesGhost(restAfter('var op'));
    await editor.press('Control+ArrowRight');
    await editor.seesText('        var options');
    await editor.seesGhost(restAfter('var options'));
    assert.ok(!(await editor.text()).includes('JsonSerializerOptions {'));
  }),

  test('Esc dismisses it, and the next key requests another', async editor => {
    await editor.type('        var op');
    await editor.seesGhost(restAfter('var op'));
    await editor.escape();
    await editor.seesNoGhost();
    await editor.type('t');
    await editor.seesGhost(restAfter('var opt'));
  }),

  test('typing the suggested text keeps the rest', async editor => {
    await editor.type('        var op');
    await editor.seesGhost(restAfter('var op'));
    for (let typed = 'var op'; !typed.endsWith('= '); ) {
      const next = restAfter(typed)[0];
      await editor.type(next);
      typed += next;
      await editor.seesGhost(restAfter(typed));
    }
  }),

  test('with IntelliSense open the suggestion begins with the selected entry, or there is none', async editor => {
    await editor.type('        var options = new JsonSer');
    // With a provider of ghost text, VS Code opens IntelliSense by itself only after trigger characters such as a dot.
    await editor.press('Control+Space');
    await editor.seesSelectedEntry('JsonSerializer');
    for (let i = 0; i < 3; i++) {
      const entry = await editor.selectedEntry();
      await editor.sees(`no ghost text that differs from ${entry}`, async () => {
        const ghost = await editor.ghostText();
        return ghost === '' || `JsonSer${ghost}`.startsWith(entry);
      });
      await editor.press('ArrowDown');
    }
    await editor.type('ializerO');
    await editor.seesSelectedEntry('JsonSerializerOptions');
    await editor.seesGhost(restAfter('JsonSerializerO'), { beside: true });
    await editor.press('Tab');
    await editor.seesNoEntries();
    await editor.seesText('new JsonSerializerOptions');
    await editor.seesGhost(restAfter('JsonSerializerOptions'));
  }),
];

function test(name, run) {
  return {
    name,
    run: (stage, title) => stage.window(title, {}, async editor => {
      await editor.inEmptyLine();
      await run(editor);
    }),
  };
}
