// Compares the first line of `assistant complete` with the truth, at the cases of a run of ctxbench's fim_eval.py (its OUT file).
// Usage: node scripts/bench/completions.mjs --ctxbench DIR --repos DIR --like OUT.jsonl --endpoint URL [--typed 3] [--out FILE]
// The truth is removed from the file in a copy of the checkout, which is restored first.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: {
  ctxbench: { type: 'string' }, repos: { type: 'string', default: process.env.ASSISTANT_REPOS }, like: { type: 'string' },
  endpoint: { type: 'string' }, typed: { type: 'string', default: '0' }, out: { type: 'string' },
  engine: { type: 'string', default: 'model' },
} });
for (const name of ['ctxbench', 'repos', 'like', 'endpoint']) if (!values[name]) throw new Error(`--${name} is missing`);

const lines = file => fs.readFileSync(file, 'utf8').split('\n').filter(line => line).map(line => JSON.parse(line));
const baseline = new Map(lines(values.like).map(row => [row.case_id, row]));
const cases = lines(path.join(values.ctxbench, 'cases.jsonl')).filter(one => baseline.has(one.case_id));
const typed = Number(values.typed);
const program = path.resolve('artifacts/assistant/assistant');
const withoutSpace = text => text.replace(/\s/g, '');

const copies = fs.mkdtempSync(path.join(os.tmpdir(), 'assistant-cases-'));
const checkouts = new Map();
function checkoutOf(repo) {
  if (!checkouts.has(repo)) {
    const folder = path.join(copies, repo.replace('/', '__'));
    const filter = from => !/[\\/](bin|obj|\.git)$/.test(from);
    fs.cpSync(path.join(values.repos, repo.replace('/', '__')), folder, { recursive: true, filter });
    for (const solution of fs.readdirSync(folder).filter(name => /\.slnx?$/.test(name))) {
      spawnSync('dotnet', ['restore', solution], { cwd: folder, stdio: 'ignore' });
    }
    checkouts.set(repo, folder);
  }
  return checkouts.get(repo);
}

const results = [];
for (const one of cases) {
  const folder = checkoutOf(one.repo);
  const file = path.join(folder, one.file);
  const original = fs.readFileSync(file);
  const bom = original[0] === 0xef ? '\ufeff' : '';
  const text = original.toString('utf8').slice(bom.length);
  const truth = text.slice(one.offset, one.end_offset);
  const before = text.slice(0, one.offset) + truth.slice(0, typed);
  const after = text.slice(one.end_offset);
  fs.writeFileSync(file, bom + before + after);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  const options = ['--workspace', folder, '--endpoint', values.endpoint, '--engine', values.engine, '--json'];
  const run = spawnSync(program, ['complete', `${file}:${line}:${column}`, ...options], { encoding: 'utf8', maxBuffer: 1 << 26 });
  fs.writeFileSync(file, original);
  const answer = run.status === 0 ? JSON.parse(run.stdout) : { shown: false, reason: `exit ${run.status}: ${run.stderr}`, level: 'none' };
  const want = truth.slice(typed).split('\n')[0];
  const got = (answer.text ?? '').split('\n')[0];
  const exact = answer.shown && withoutSpace(got) === withoutSpace(want);
  const below = after.split('\n').slice(1).map(withoutSpace).find(text => text.length > 3);
  const bad = answer.shown && (/```|<\||<fim_|<file_sep|<\/?COMPLETION>/.test(answer.text)
    || (below !== undefined && answer.text.split('\n').slice(1).some(text => withoutSpace(text) === below)));
  results.push({ case_id: one.case_id, status: run.status, exact, bad, want, ...answer });
  process.stderr.write(exact ? '+' : answer.shown ? '.' : '-');
}
process.stderr.write('\n');
if (values.out) fs.writeFileSync(values.out, results.map(row => JSON.stringify(row)).join('\n') + '\n');
fs.rmSync(copies, { recursive: true, force: true });

const count = fits => results.filter(fits).length;
console.log([
  `cases ${results.length}: exit 0 ${count(row => row.status === 0)}`,
  `shown ${count(row => row.shown)}`,
  `level projects ${count(row => row.level === 'projects')}`,
  `exact ${count(row => row.exact)} (fim_eval.py: ${[...baseline.values()].filter(row => row.exact).length})`,
  `with a fence, marker or repeated suffix ${count(row => row.bad)}`,
].join(', '));
for (const row of results.filter(row => !row.shown)) {
  console.log(`withheld ${row.case_id}: ${row.reason}\n    raw ${JSON.stringify(row.raw)}`);
}
