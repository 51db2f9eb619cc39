// The model server of the tests: the simulator, which answers a prompt with the text of the sample.
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { root } from '../../scripts/build.mjs';
import { keep, run } from '../../scripts/processes.mjs';
import { sample } from '../../scripts/sample.mjs';
import { whenChanged } from '../../scripts/up-to-date.mjs';

const program = path.join(root, 'artifacts/bin/ModelServerSimulator/release/ModelServerSimulator.dll');

export async function buildSimulator(say) {
  const inputs = ['tests/ModelServerSimulator', 'Directory.Build.props', 'Directory.Packages.props'];
  await whenChanged('simulator', { inputs, outputs: [program] }, async () => {
    say('Building the model server simulator ...');
    await run('dotnet', ['build', 'tests/ModelServerSimulator', '-c', 'Release', '-v', 'quiet', '--nologo']);
  });
}

/** Starts a simulator on a port (0: any). Returns { child, url, settings }; the settings name only this endpoint. */
export async function startSimulator({ profile = 'llamacpp', port = 0, args = [] } = {}) {
  const child = keep('dotnet', [program, '--profile', profile, '--port', `${port}`, '--document', sample, ...args]);
  const [url] = await Promise.race([
    once(readline.createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => { throw new Error('The simulator ended at once.'); }),
  ]);
  return { child, url, settings: { 'assistant.endpoints': [{ name: 'simulator', baseUrl: url }] } };
}
