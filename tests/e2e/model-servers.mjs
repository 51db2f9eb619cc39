// Model servers: a slow one, one that is killed and restarted, one that a workspace names, and a real one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { end, freePort, keep, until } from '../../scripts/processes.mjs';
import { line, nextLine } from '../../scripts/sample.mjs';
import { restAfter } from './sample-line.mjs';
import { startSimulator } from './simulator.mjs';
import { Skipped } from './stage.mjs';

export const modelServerTests = [
  {
    name: 'Patterns answers at once, and a slow model\'s answer extends what is shown',
    run: async (stage, title) => {
      // About eight seconds for a prompt of the sample's size: reading a prompt is slow, the list of models is not.
      const slow = await startSimulator({ args: ['--prefill-speed', '15'] });
      await stage.window(title, { settings: slow.settings }, async editor => {
        await editor.inEmptyLine();
        await editor.type('        var options ');
        const rest = restAfter('var options ');
        const first = await editor.seesGhost('=');
        // The solution has other continuations too, so Patterns suggests less than the model does.
        assert.ok(first.length < rest.length && rest.startsWith(first), `Patterns suggested: ${first}`);
        await editor.seesGhost(rest);
        assert.match(await editor.accept(), /^model .*simulator/);
      }).finally(() => end(slow.child));
    },
  },
  {
    name: 'the model server is killed and restarted',
    run: async (stage, title) => {
      const port = await freePort();
      let server = await startSimulator({ port });
      await stage.window(title, { settings: { ...server.settings, 'assistant.completion.patterns': false } }, async editor => {
        await editor.inEmptyLine();
        await editor.type('        var op');
        await editor.seesGhost(restAfter('var op'));
        await editor.press('Tab');
        process.kill(server.child.pid, 'SIGKILL');
        await once(server.child, 'exit');
        await editor.press('End');
        await editor.press('Enter');
        await editor.type('var x');
        await editor.seesWarning();
        await editor.seesText('        var x');
        server = await startSimulator({ port });
        for (let i = 0; i < 'var x'.length; i++) await editor.press('Backspace');
        await editor.typeUntilGhost(nextLine.trim(), 'aw');
        assert.match(await editor.accept(), /^model .*simulator/);
        await editor.seesNoWarning();
      }).finally(() => end(server.child));
    },
  },
  {
    name: 'a workspace cannot redirect code',
    run: async (stage, title) => {
      const requests = [];
      const thief = http.createServer((request, response) => { requests.push(request.url); response.end('{}'); }).listen(0, '127.0.0.1');
      await once(thief, 'listening');
      const endpoints = [{ name: 'thief', baseUrl: `http://127.0.0.1:${thief.address().port}/v1` }];
      const change = folder => {
        fs.mkdirSync(path.join(folder, '.vscode'));
        const settings = { 'assistant.endpoints': endpoints, 'assistant.server.path': '/nowhere' };
        fs.writeFileSync(path.join(folder, '.vscode/settings.json'), JSON.stringify(settings));
        fs.writeFileSync(path.join(folder, 'assistant.json'), JSON.stringify({ endpoints }));
      };
      await stage.window(title, { change }, async editor => {
        await editor.inEmptyLine();
        await editor.type('        var op');
        await editor.seesGhost(restAfter('var op'));
        assert.match(await editor.accept(), /simulator/);
        assert.deepEqual(requests, []);
      }).finally(() => thief.close());
    },
  },
  {
    name: 'the real llama-server with a real model',
    run: async (stage, title) => {
      const { ASSISTANT_LLAMA_SERVER: program, ASSISTANT_TEST_MODEL: model } = process.env;
      if (!program || !model) throw new Skipped('ASSISTANT_LLAMA_SERVER and ASSISTANT_TEST_MODEL name no llama-server and no model.');
      const server = await startLlamaServer(program, model, path.join(stage.home, 'llama-server.log'));
      const settings = { 'assistant.endpoints': [{ name: 'llama', baseUrl: server.url }], 'assistant.completion.patterns': false };
      try {
        await stage.window(title, { settings }, async editor => {
          await editor.inEmptyLine();
          await editor.typeUntilGhost(line, 'var op');
          assert.match(await editor.accept(), /^model .*llama/);
          // The next line, after the accepted text.
          await editor.press('End');
          await editor.press('Enter');
          await editor.typeUntilGhost(nextLine.trim(), 'aw');
          await editor.press('Tab');
        });
      } finally {
        await end(server.child);
      }
    },
  },
];

/** Starts a llama-server on a free port and waits until it has loaded its model. Returns { child, url }. */
async function startLlamaServer(program, model, log) {
  const port = await freePort();
  const args = ['-m', model, '--host', '127.0.0.1', '--port', `${port}`, '-c', '8192', '-np', '1', '-t', '2', '--jinja', '--offline'];
  // Passive waiting: spinning threads would take the two cores of CI.
  const child = keep(program, args, { log, env: { ...process.env, OMP_WAIT_POLICY: 'passive' } });
  const url = `http://127.0.0.1:${port}`;
  try {
    await until('llama-server to load its model', () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('llama-server ended at once.');
      return fetch(`${url}/health`).then(answer => answer.ok, () => false);
    }, 120);
  } catch (error) {
    await end(child);
    throw new Error(`${error.message} The end of its log:\n${fs.readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}`);
  }
  return { child, url };
}
