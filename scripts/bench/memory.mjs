// Memory of the server with a solution loaded, after the first document's diagnostics and a compacting collection:
// node scripts/bench/memory.mjs --workspace DIR --file FILE   (restore first, since projects are degraded without)
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from './lsp-client.mjs';
import { memoryMb } from './process.mjs';

const { values } = parseArgs({ options: { workspace: { type: 'string' }, file: { type: 'string' } } });
const file = path.resolve(values.file);
const server = startServer(['--endpoint', 'http://127.0.0.1:9', '--log', 'info']);
await server.initialize(path.resolve(values.workspace));
const uri = `file://${file}`;
server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'csharp', version: 1, text: fs.readFileSync(file, 'utf8') } });
await server.request('assistant/settled', {});
const { result } = await server.request('assistant/memory', { collect: true, diagnose: uri });
const { rss, peak } = memoryMb(server.pid);
console.log(server.log.split('\n').filter(line => line.includes('is loaded to the level')).pop()?.replace(/^.*?: /, ''));
console.log(`${result.diagnostics} diagnostics; RSS ${rss} MB, peak ${peak} MB, managed ${Math.round(result.managed / 1e6)} MB`);
await server.stop();
