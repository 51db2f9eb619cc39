// A test double of the language server: a line goes on as a line of another file in the same folder does.
// It speaks just enough LSP to prove the extension and the browser tests without the real server.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const documents = new Map();
let trusted = false;
let bytes = Buffer.alloc(0);

const requests = {
  initialize: ({ initializationOptions }) => {
    trusted = initializationOptions.trusted;
    return { capabilities: { textDocumentSync: 1, inlineCompletionProvider: true } };
  },
  shutdown: () => null,
  'textDocument/inlineCompletion': ({ textDocument, position }) => {
    const line = documents.get(textDocument.uri).split('\n')[position.line].slice(0, position.character);
    const rest = line.trim().length < 3 ? undefined : restOf(line, fileURLToPath(textDocument.uri));
    const range = { start: position, end: position };
    return rest ? { items: [{ insertText: rest, range, command: { title: '', command: 'assistant.accepted', arguments: [{ engine: 'double' }] } }] } : null;
  },
};
const notifications = {
  initialized: status,
  exit: () => process.exit(0),
  'textDocument/didOpen': ({ textDocument }) => documents.set(textDocument.uri, textDocument.text),
  'textDocument/didChange': ({ textDocument, contentChanges }) => documents.set(textDocument.uri, contentChanges.at(-1).text),
  'assistant/didChangeTrust': params => { trusted = params.trusted; status(); },
};

function restOf(begin, file) {
  const others = fs.readdirSync(path.dirname(file)).map(name => path.join(path.dirname(file), name)).filter(other => other !== file);
  const lines = others.flatMap(other => fs.readFileSync(other, 'utf8').split('\n'));
  return lines.reverse().find(line => line.startsWith(begin) && line.length > begin.length)?.slice(begin.length);
}

function status() {
  send({ method: 'assistant/status', params: { state: 'up', engine: 'double', message: 'A test double answers.', level: trusted ? 'projects' : 'syntax' } });
}

function send(message) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

process.stdin.on('end', () => process.exit(1));
process.stdin.on('data', chunk => {
  bytes = Buffer.concat([bytes, chunk]);
  for (let head; (head = bytes.indexOf('\r\n\r\n')) >= 0;) {
    const length = Number(/Content-Length: (\d+)/.exec(bytes.subarray(0, head).toString())[1]);
    if (bytes.length < head + 4 + length) return;
    const { id, method, params } = JSON.parse(bytes.subarray(head + 4, head + 4 + length).toString());
    bytes = bytes.subarray(head + 4 + length);
    if (id === undefined) notifications[method]?.(params);
    else if (method) send({ id, result: requests[method]?.(params) ?? null });
  }
});
