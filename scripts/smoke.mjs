// The smoke run: types in the sample as a person would, until ghost text is seen, accepts it, and says which engine wrote it.
import fs from 'node:fs';
import path from 'node:path';
import { chromiumRemedy, findChromium } from './prerequisites.mjs';
import { file, line, nextLine } from './sample.mjs';

/** Leaves on a picture what it is about. */
const plain = { 'workbench.startupEditor': 'none', 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'editor.minimap.enabled': false };

/**
 * Throws where no ghost text is seen, or where it did not come from `endpoint`, if one is given, or else from another file of the solution.
 * `screenshot`: a .png that is made of ghost text in a window of its own.
 */
export async function smoke(say, { endpoint, screenshot } = {}) {
  if (!findChromium()) throw new Error(chromiumRemedy);
  // Only now: it loads packages that are installed by the build.
  const { openStage } = await import('../tests/e2e/stage.mjs');
  const stage = await openStage(say, { doubles: false });
  try {
    // With an endpoint given, the text has to be its own: Patterns would answer before it.
    const engines = endpoint ? { 'assistant.endpoints': [{ name: endpoint, baseUrl: endpoint }], 'assistant.completion.patterns': false } : {};
    await stage.window('smoke', { settings: engines }, async editor => {
      await editor.inEmptyLine();
      const shown = await editor.typeUntilGhost(line, 'var options = ');
      say(`Ghost text in ${file}: ${shown}`);
      if (!endpoint) say(`It stands in ${otherFileWith(shown, editor.folder)}, and not in the file that is typed in.`);
      const engine = await editor.accept();
      say(`Accepted. It was written by: ${engine}`);
      if (endpoint && !(engine.startsWith('model') && engine.includes(endpoint))) throw new Error(`The accepted text did not come from ${endpoint}.`);
    });
    if (!screenshot) return;
    await stage.window('screenshot', { settings: { ...engines, ...plain } }, async editor => {
      await editor.inEmptyLine();
      await editor.statusSays('level of projects');
      await editor.type(line.replace(', PropertyNamingPolicy = JsonNamingPolicy.CamelCase', '')); // as long as the picture is wide
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
  if (holders.length === 0 || holders.includes(path.normalize(file))) throw new Error(`The ghost text is not from another file: ${holders.join(', ') || 'it stands in none'}.`);
  return holders[0];
}
