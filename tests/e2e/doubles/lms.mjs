// A test double of LM Studio's `lms`: a program that requests its output and its exit code from the test.
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

/**
 * Writes an `lms` to the place of LM Studio's own in a user's folder. `play(args, say)` gets its arguments, writes lines by `say(line)` and
 * returns its exit code. Returns { remove() }.
 */
export async function installLms(user, play) {
  const bin = path.join(user, '.lmstudio/bin');
  const server = http.createServer(async (request, response) => {
    const args = JSON.parse(Buffer.concat(await request.toArray()).toString());
    response.end(`${await play(args, line => response.write(`${line}\n`))}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, 'lms'), program(`http://127.0.0.1:${server.address().port}`), { mode: 0o755 });
  return {
    remove() {
      fs.rmSync(path.dirname(bin), { recursive: true, force: true });
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Writes each line as it arrives; the last one is the exit code. */
const program = url => `#!${process.execPath}
(async () => {
  const { body } = await fetch('${url}', { method: 'POST', body: JSON.stringify(process.argv.slice(2)) });
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + Buffer.from(bytes)).split('\\n');
    rest = lines.pop();
    for (const line of lines) console.log(line);
  }
  process.exitCode = Number(rest);
})();
`;
