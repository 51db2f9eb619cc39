// Settings of a workspace, and faulty settings files: their effect and the messages about them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { restAfter } from './sample-line.mjs';

const toggle = 'Assistant: Enable or Disable Suggestions';

export const settingsTests = [
  {
    name: 'the toggle overrides a workspace that switches suggestions off, and a workspace names no model',
    run: (stage, title) => stage.window(title, { change: withWorkspaceSettings }, async editor => {
      await editor.inEmptyLine();
      await editor.statusSays('Assistant: off');
      await editor.command(toggle);
      await editor.statusSays(/^(?!Assistant: off)/);
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));
      await editor.moment('on');
      assert.match(await editor.accept(), /simulator/);
      assert.doesNotMatch(await editor.statusLabel(), /thief/);
      await editor.command(toggle);
      await editor.statusSays('Assistant: off');
      assert.equal(workspaceSettings(editor.folder)['assistant.completion.enabled'], false);
    }),
  },
  {
    name: 'the editor marks a wrong assistant.json and the server reports it, and the toggle names a file that switches off',
    run: (stage, title) => stage.window(title, { change: withWrongFile }, async editor => {
      await editor.inEmptyLine();
      await editor.readsToast(/assistant\.json, line 3: "completion\.maxLines" is .*; allowed is a whole number, 1 to 100/);
      await editor.statusSays('assistant.json, line 3');
      await editor.clearToasts();

      await editor.open('assistant.json');
      await editor.page.locator('.squiggly-warning').first().waitFor();
      await editor.press('F8');
      await editor.page.locator('.marker-widget').filter({ hasText: 'Incorrect type. Expected "integer"' }).waitFor();
      await editor.moment('marked');
      await editor.press('Escape');

      // The user replaces the line, with the offered names.
      await editor.caretAt(3);
      for (const key of ['Shift+End', 'Delete']) await editor.press(key);
      await editor.type('"enab');
      await editor.seesSelectedEntry('enabled');
      await editor.moment('offered');
      await editor.press('Tab');
      await editor.type('false');
      await editor.seesText('"enabled": false');
      await editor.press('Control+s');
      await editor.statusSays(/^Assistant: off(?!.*line 3).*The workspace's assistant\.json switches ghost text off/s);
      await editor.command(toggle);
      await editor.readsToast("The workspace's assistant.json switches ghost text off");
      await editor.moment('kept off');
    }),
  },
];

function withWorkspaceSettings(folder) {
  fs.mkdirSync(path.join(folder, '.vscode'));
  const settings = { 'assistant.completion.enabled': false, 'assistant.completion.model': 'thief', 'assistant.server.path': '/nowhere' };
  fs.writeFileSync(path.join(folder, '.vscode/settings.json'), JSON.stringify(settings));
}

function workspaceSettings(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, '.vscode/settings.json'), 'utf8'));
}

function withWrongFile(folder) {
  fs.writeFileSync(path.join(folder, 'assistant.json'), '{\n  "completion": {\n    "maxLines": "many"\n  }\n}\n');
}
