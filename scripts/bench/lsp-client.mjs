// A small LSP client for measurements: starts a server, sends, awaits answers.
import { spawn } from 'node:child_process';

export function startServer(args, env = {}) {
  const options = { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } };
  const child = spawn('artifacts/assistant/assistant', ['lsp', ...args], options);
  const pending = new Map();
  const listeners = [];
  let id = 0;
  let buffer = Buffer.alloc(0);
  let log = '';
  child.stderr.on('data', data => { log += data; });
  child.stdout.on('data', data => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      const head = buffer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(buffer.toString('latin1', 0, head))[1]);
      if (buffer.length < head + 4 + length) return;
      const message = JSON.parse(buffer.toString('utf8', head + 4, head + 4 + length));
      buffer = buffer.subarray(head + 4 + length);
      if (message.method && message.id !== undefined) send({ id: message.id, result: null });
      else if (message.id !== undefined) { pending.get(message.id)?.(message); pending.delete(message.id); }
      else listeners.forEach(listener => listener(message));
    }
  });
  const send = message => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  const client = {
    pid: child.pid,
    get log() { return log; },
    notify: (method, params) => send({ method, params }),
    request: (method, params) => client.begin(method, params).answer,
    begin(method, params) {
      const mine = ++id;
      const answer = new Promise(resolve => pending.set(mine, resolve));
      send({ id: mine, method, params });
      return { answer, cancel: () => send({ method: '$/cancelRequest', params: { id: mine } }) };
    },
    onNotification: listener => listeners.push(listener),
    async initialize(folder, settings = {}) {
      await client.request('initialize', {
        processId: process.pid, capabilities: { window: { workDoneProgress: true } },
        initializationOptions: { trusted: true, settings },
        workspaceFolders: folder ? [{ uri: `file://${folder}`, name: 'bench' }] : null,
      });
      client.notify('initialized', {});
    },
    async stop() {
      await client.request('shutdown', {});
      const gone = new Promise(resolve => child.once('exit', resolve));
      client.notify('exit', {});
      await gone;
    },
  };
  return client;
}

export const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
