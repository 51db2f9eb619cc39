// npm run bench: every measurement that docs/figures.md quotes. Real checkouts are taken from ASSISTANT_REPOS (folders named owner__name);
// what needs a real engine runs where ASSISTANT_LLAMA_SERVER and ASSISTANT_TEST_MODEL are set, and what is compared with ctxbench's fim_eval.py, which
// needs Python, where ASSISTANT_CTXBENCH names its folder.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const repos = process.env.ASSISTANT_REPOS;
const { ASSISTANT_LLAMA_SERVER: engine, ASSISTANT_TEST_MODEL: model, ASSISTANT_CTXBENCH: ctxbench } = process.env;
const repo = name => repos && path.join(repos, name.replace('/', '__'));
const program = path.resolve('artifacts/assistant/assistant');
const benchmarks = path.resolve('artifacts/bin/Assistant.Benchmarks/release/Assistant.Benchmarks');

function run(title, command, args, env = {}) {
  console.log(`\n=== ${title}\n$ ${[path.relative('.', command).startsWith('..') ? command : path.relative('.', command), ...args].join(' ')}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
}
const node = (title, script, ...args) => run(title, process.execPath, [`scripts/bench/${script}.mjs`, ...args]);
const needs = (title, what) => console.log(`\n=== ${title}\nnot measured: ${what}`);

run('Build', process.execPath, ['scripts/build.mjs']);
run('Build the benchmarks', 'dotnet', ['build', 'tests/Assistant.Benchmarks', '-c', 'Release', '-v', 'q', '--nologo']);
run('Hang-up', benchmarks, ['--which', 'hangup']);
run('What the model layer costs', benchmarks, ['overhead']);
run('Two servers, one killed and restarted every second', benchmarks, ['chaos']);
run('Ping, bare wire', benchmarks, ['--which', 'ping']);
run('Ping, the server', benchmarks, ['--which', 'ping', '--server', `${program} lsp`]);
run('didChange, bare wire', benchmarks, ['--which', 'wire']);
node('Cold start', 'cold-start');

if (repos && fs.existsSync(repo('App-vNext/Polly'))) {
  const polly = repo('App-vNext/Polly');
  run('didChange, the server with Polly loaded', benchmarks, ['--which', 'wire', '--server', `${program} lsp`, '--workspace', polly]);
  node('Memory with Polly loaded', 'memory', '--workspace', polly, '--file', path.join(polly, 'src/Polly.Core/CircuitBreaker/CircuitBreakerResilienceStrategy.cs'));
} else needs('Polly', 'ASSISTANT_REPOS names no folder with App-vNext__Polly');

for (const name of ['serilog/serilog', 'restsharp/RestSharp', 'dotnet-architecture/eShopOnWeb', 'ppy/osu']) {
  if (repos && fs.existsSync(repo(name))) run(`Patterns on ${name}`, program, ['eval', 'patterns', '--workspace', repo(name)]);
  else needs(`Patterns on ${name}`, 'ASSISTANT_REPOS does not hold it');
}

if (engine && model) {
  run('Nothing is loaded unasked: llama-server with two models and room for one', benchmarks, ['router', engine, model, program]);
} else needs('Nothing is loaded unasked', 'ASSISTANT_LLAMA_SERVER or ASSISTANT_TEST_MODEL is missing');

if (engine && model) {
  const port = await new Promise(resolve => { const probe = net.createServer().listen(0, '127.0.0.1', () => { const { port: free } = probe.address(); probe.close(() => resolve(free)); }); });
  const server = spawn(engine, ['-m', model, '--alias', 'qwen2.5-coder-0.5b-instruct', '--host', '127.0.0.1', '--port', `${port}`, '-c', '4096', '-np', '1', '-t', '2', '--jinja', '--slots', '--metrics', '--offline'],
    { stdio: 'ignore', env: { ...process.env, OMP_WAIT_POLICY: 'passive' } });
  try {
    while (!(await fetch(`http://127.0.0.1:${port}/health`).then(reply => reply.ok, () => false))) await sleep(100);
    run('Tools with a real 0.5B model', benchmarks, ['tools', '--endpoint', `http://127.0.0.1:${port}`]);
    if (repos && fs.existsSync(repo('serilog/serilog'))) {
      node('Tokens read per request while typing', 'typing', '--endpoint', `http://127.0.0.1:${port}`,
        '--file', path.join(repo('serilog/serilog'), 'src/Serilog/Capturing/PropertyValueConverter.cs'), '--offset', '9000', '--keys', '300');
    } else needs('Tokens read per request while typing', 'ASSISTANT_REPOS holds no serilog__serilog');
    if (repos && ctxbench) completions(port);
    else needs('Suggestions at the dev cases of ctxbench', 'ASSISTANT_REPOS or ASSISTANT_CTXBENCH is missing');
  } finally {
    server.kill('SIGKILL');
  }
} else needs('Tools and typing on a real engine', 'ASSISTANT_LLAMA_SERVER or ASSISTANT_TEST_MODEL is missing');

/** fim_eval.py is the baseline, in the same run and on the same engine; its OUT file names the cases. */
function completions(port) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'assistant-fim-eval-'));
  for (const [typed, config] of [[0, 'longmid999heal2'], [3, 'longmid999heal3']]) {
    const out = path.join(folder, `${config}.jsonl`);
    run(`Baseline: ${config}`, 'python3', [path.join(ctxbench, 'fim_eval.py'), `${port}`, config, out, '--n', '60', '--typed', `${typed}`], { REPOS: repos });
    node(`Suggestions of the same model at the same cases, ${typed} characters typed`, 'completions',
      '--ctxbench', ctxbench, '--like', out, '--endpoint', `http://127.0.0.1:${port}`, '--typed', `${typed}`);
  }
  fs.rmSync(folder, { recursive: true, force: true });
}
