// The smoke run: types in the sample as a person would, until ghost text is seen, accepts it, and says which engine wrote it.
import { chromiumRemedy, findChromium } from './prerequisites.mjs';
import { file, line } from './sample.mjs';

/** Throws where no ghost text is seen, or where it did not come from `endpoint`, if one is given. */
export async function smoke(say, endpoint) {
  if (!findChromium()) throw new Error(chromiumRemedy);
  // Only now: it loads packages that are installed by the build.
  const { openStage } = await import('../tests/e2e/stage.mjs');
  const stage = await openStage(say, { doubles: false });
  try {
    // With an endpoint given, the text has to be its own: Patterns would answer before it.
    const settings = endpoint ? { 'assistant.endpoints': [{ name: endpoint, baseUrl: endpoint }], 'assistant.completion.patterns': false } : {};
    await stage.window('smoke', { settings }, async editor => {
      await editor.inEmptyLine();
      const shown = await editor.typeUntilGhost(line, 'var op');
      say(`Ghost text in ${file}: ${shown}`);
      const engine = await editor.accept();
      say(`Accepted. It was written by: ${engine}`);
      if (endpoint && !(engine.startsWith('model') && engine.includes(endpoint))) throw new Error(`The accepted text did not come from ${endpoint}.`);
    });
  } finally {
    await stage.close();
  }
}
