// The server's life: trust, restarts, crashes.
import assert from 'node:assert/strict';
import { line } from '../../scripts/sample.mjs';
import { restAfter } from './sample-line.mjs';

export const lifecycleTests = [
  {
    name: 'untrusted, then trusted, without a restart',
    run: (stage, title) => stage.window(title, { trusted: false }, async editor => {
      await editor.inEmptyLine();
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));
      assert.doesNotMatch(await editor.statusLabel(), /level of projects/);
      await editor.trust();
      await editor.statusSays('level of projects');
    }),
  },
  {
    name: 'the server restarts by command',
    run: (stage, title) => stage.window(title, {}, async editor => {
      await editor.inEmptyLine();
      const [first] = await stage.servers(1);
      await editor.command('Assistant: Restart Server');
      await stage.servers(1, pids => pids[0] !== first);
      // The process exists before it answers; a later key gets the answer.
      await editor.typeUntilGhost(line, 'var op');
    }),
  },
  {
    name: 'a server that crashes is restarted, and one that keeps crashing is not',
    run: (stage, title) => stage.window(title, {}, async editor => {
      await editor.inEmptyLine();
      for (let crash = 1; crash <= 5; crash++) {
        const [server] = await stage.servers(1);
        await editor.statusSays('level of');
        process.kill(server, 'SIGKILL');
        await stage.servers(crash < 5 ? 1 : 0, pids => pids[0] !== server);
      }
      await editor.statusSays('keeps crashing');
      await editor.answerToast('keeps crashing', 'Restart Server');
      await editor.inEmptyLine();
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));
    }),
  },
];
