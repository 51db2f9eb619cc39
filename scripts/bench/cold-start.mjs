// CPU time of the server from its start until its first completion request reaches a model server (level syntax):
// node scripts/bench/cold-start.mjs [--runs 5]
import http from 'node:http';
import { parseArgs } from 'node:util';
import { quantile, startServer } from './lsp-client.mjs';
import { cpuMs } from './process.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const text = 'class C\n{\n    int Sum(int a, int b)\n    {\n        return \n    }\n}\n';
const used = [];
for (let run = 0; run < Number(values.runs); run++) {
  let arrived;
  const first = new Promise(resolve => { arrived = resolve; });
  // A double of llama-server for detection and the first request.
  const fake = http.createServer((request, response) => {
    const json = (body, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json', server: 'llama.cpp' });
      response.end(JSON.stringify(body));
    };
    if (request.url.endsWith('/completions')) {
      arrived();
      json({ error: { message: 'measured' } }, 500);
    } else if (request.url === '/props') {
      json({ default_generation_settings: { n_ctx: 8192 }, total_slots: 1, model_path: 'qwen2.5-coder-7b.gguf' });
    } else if (request.url.endsWith('/models')) {
      json({ object: 'list', data: [{ id: 'qwen2.5-coder-7b-instruct', object: 'model', owned_by: 'llamacpp' }] });
    } else {
      json({ error: { code: 404, message: 'File Not Found', type: 'not_found_error' } }, 404);
    }
  });
  await new Promise(resolve => fake.listen(0, '127.0.0.1', resolve));
  const server = startServer(['--endpoint', `http://127.0.0.1:${fake.address().port}`]);
  await server.initialize(null);
  const uri = 'file:///bench/C.cs';
  server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'csharp', version: 1, text } });
  const position = { line: 4, character: 15 };
  server.begin('textDocument/inlineCompletion', { textDocument: { uri }, position, context: { triggerKind: 2 } });
  await first;
  used.push(cpuMs(server.pid));
  await server.stop();
  fake.close();
  fake.closeAllConnections();
}
console.log(`CPU until the first completion request is sent: ${used.join(', ')} ms; median ${quantile(used, 0.5)} ms`);
