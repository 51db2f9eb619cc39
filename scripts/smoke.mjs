// The smoke run: types in the sample as a user does until ghost text is visible, accepts it, and prints its source.
import fs from 'node:fs';
import path from 'node:path';
import { chromiumRemedy, findChromium } from './prerequisites.mjs';
import { file, line, nextLine } from './sample.mjs';

/** Hides parts of the window that have nothing to do with the picture. */
const plain = {
  'workbench.startupEditor': 'none', 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'editor.minimap.enabled': false,
};

/**
 * Throws if no ghost text is visible, or if its source is neither `endpoint` nor, without `endpoint`, another file of the solution.
 * `screenshot`: the .png file for a picture of ghost text in a separate window.
 */
export async function smoke(say, { endpoint, screenshot } = {}) {
  if (!findChromium()) throw new Error(chromiumRemedy);
  // A late import: the module loads packages that the build installs.
  const { openStage } = await import('../tests/e2e/stage.mjs');
  const stage = await openStage(say, { doubles: false });
  try {
    // Without Patterns, which would answer before the endpoint.
    const engines = endpoint
      ? { 'assistant.endpoints': [{ name: endpoint, baseUrl: endpoint }], 'assistant.completion.patterns': false }
      : {};
    await stage.window('smoke', { settings: engines }, async editor => {
      await editor.inEmptyLine();
      const shown = await editor.typeUntilGhost(line, 'var options = ');
      say(`Ghost text in ${file}: ${shown}`);
      if (!endpoint) say(`Its source is ${otherFileWith(shown, editor.folder)}, another file of the solution.`);
      const engine = await editor.accept();
      say(`Accepted. Source: ${engine}`);
      if (endpoint && !(engine.startsWith('model') && engine.includes(endpoint))) {
        throw new Error(`The accepted text did not come from ${endpoint}.`);
      }
    });
    if (!screenshot) return;
    await stage.window('screenshot', { settings: { ...engines, ...plain } }, async editor => {
      await editor.inEmptyLine();
      await editor.statusSays('level of projects');
      await editor.type(line.replace(', PropertyNamingPolicy = JsonNamingPolicy.CamelCase', '')); // fits the picture's width
      await editor.press('Enter');
      await editor.typeUntilGhost(nextLine.trim(), 'await Json');
      await editor.picture(screenshot);
      say(`The picture is ${screenshot}`);
    });
  } finally {
    await stage.close();
  }
}

function otherFileWith(text, folder) {
  const holders = fs.readdirSync(folder, { recursive: true })
    .filter(name => name.endsWith('.cs') && fs.readFileSync(path.join(folder, name), 'utf8').includes(text));
  if (holders.length === 0 || holders.includes(path.normalize(file))) {
    throw new Error(`The ghost text is not from another file: ${holders.join(', ') || 'no file has it'}.`);
  }
  return holders[0];
}
