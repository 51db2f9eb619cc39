// Tokens that a real llama-server reads per request during typing, as it reports them (timings_per_token), with cancelled requests.
// Usage: node scripts/bench/typing.mjs --endpoint URL --file FILE --offset N [--keys 120] [--pause 120]
import fs from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { quantile, startServer } from './lsp-client.mjs';

const { values } = parseArgs({ options: {
  endpoint: { type: 'string' }, file: { type: 'string' }, offset: { type: 'string' },
  keys: { type: 'string', default: '120' }, pause: { type: 'string', default: '120' },
} });
const target = new URL(values.endpoint);
const read = [];

// A proxy between server and engine: requests timings with each token, and records the engine's count of read tokens.
const proxy = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    let body = Buffer.concat(chunks);
    const isCompletion = request.method === 'POST' && request.url.endsWith('/completions');
    const entry = { tokens: undefined };
    if (isCompletion) {
      body = Buffer.from(JSON.stringify({ ...JSON.parse(body), timings_per_token: true }));
      read.push(entry);
    }
    const headers = { ...request.headers, 'content-length': body.length };
    const onwardOptions = { host: target.hostname, port: target.port, path: request.url, method: request.method, headers };
    const onward = http.request(onwardOptions, reply => {
      response.writeHead(reply.statusCode, reply.headers);
      reply.on('data', data => {
        entry.tokens ??= /"prompt_n":\s*(\d+)/.exec(data)?.[1];
        response.write(data);
      });
      reply.on('end', () => response.end());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  });
});
await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve));

const source = fs.readFileSync(values.file, 'utf8').replace(/^\ufeff/, '');
const offset = Number(values.offset);
const keys = Number(values.keys);
let text = source.slice(0, offset) + source.slice(offset + keys);
const server = startServer(['--endpoint', `http://127.0.0.1:${proxy.address().port}`, '--log', 'info']);
await server.initialize(null, { completion: { patterns: false } });
const uri = 'file:///bench/Typed.cs';
server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'csharp', version: 1, text } });
const place = at => ({ line: text.slice(0, at).split('\n').length - 1, character: at - text.lastIndexOf('\n', at - 1) - 1 });
const ask = at =>
  server.begin('textDocument/inlineCompletion', { textDocument: { uri }, position: place(at), context: { triggerKind: 2 } });

await ask(offset).answer;   // The first prompt is in no cache.
const cold = read.length;
let last;
let shown = 0;
for (let i = 0; i < keys; i++) {
  const at = offset + i;
  const position = place(at);
  last?.cancel();
  text = text.slice(0, at) + source[at] + text.slice(at);
  const contentChanges = [{ range: { start: position, end: position }, text: source[at] }];
  server.notify('textDocument/didChange', { textDocument: { uri, version: i + 2 }, contentChanges });
  last = ask(at + 1);
  last.answer.then(answer => { shown += answer.result?.items?.length ? 1 : 0; });
  await sleep(Number(values.pause));
}
await last.answer;
if (process.env.SHOW_LOG) console.log(server.log);
await server.stop();
proxy.close();
proxy.closeAllConnections();

const warm = read.slice(cold);
const known = warm.filter(entry => entry.tokens !== undefined).map(entry => Number(entry.tokens));
const closed = warm.length - known.length;
const mean = known.reduce((a, b) => a + b, 0) / known.length;
console.log(`${keys} keys, ${warm.length} requests (${closed} closed before the engine's first report), ${shown} answers shown`);
console.log(`tokens read per request: p50 ${quantile(known, 0.5)}, p95 ${quantile(known, 0.95)}, mean ${mean.toFixed(1)}`);
