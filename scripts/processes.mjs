// Child processes of the scripts: `run` waits for the end, `keep` keeps a process until the script ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import net from 'node:net';

const kept = new Set();

/** Runs a program to its end and returns its output. An exit code other than 0 is an error with the end of the output. */
export async function run(program, args, { cwd, env, echo = false } = {}) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = [];
  for (const [stream, out] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
    stream.on('data', chunk => { written.push(chunk); if (echo) out.write(chunk); });
  }
  const [code] = await once(child, 'close');
  const text = Buffer.concat(written).toString();
  if (code !== 0) {
    const failure = new Error(`${program} ${args.join(' ')} ended with ${code}:\n${text.trim().split('\n').slice(-25).join('\n')}`);
    throw Object.assign(failure, { code, text });
  }
  return text;
}

/** Starts a program in its own process group, so that `end` reaches its children too. Returns the child. */
export function keep(program, args, { cwd, env, log, stdin = 'ignore' } = {}) {
  const child = spawn(program, args, { cwd, env, stdio: [stdin, 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  const file = log ? createWriteStream(log, { flags: 'a' }) : undefined;
  for (const stream of [child.stdout, child.stderr]) {
    if (file) stream.pipe(file, { end: false });
    else stream.resume();
  }
  kept.add(child);
  child.once('exit', () => kept.delete(child));
  return child;
}

/** Ends a kept process and its group: SIGTERM, then SIGKILL after five seconds. */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
  signal(child, 'SIGKILL');
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Repeats `ask` until it returns neither false nor undefined. `what` names the condition in the error. */
export async function until(what, ask, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  for (; ;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}.`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

function signal(child, name) {
  try {
    if (process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

process.on('exit', () => kept.forEach(child => signal(child, 'SIGKILL')));
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => process.exit(130));
