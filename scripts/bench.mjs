// npm run bench: every measurement in docs/figures.md. ASSISTANT_REPOS has the real checkouts (folders named owner__name);
// ASSISTANT_LLAMA_SERVER and ASSISTANT_TEST_MODEL enable the measurements with a real engine, and ASSISTANT_CTXBENCH, the folder of
// ctxbench, enables the comparison with its fim_eval.py, which needs Python.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './processes.mjs';

const repos = process.env.ASSISTANT_REPOS;
const { ASSISTANT_LLAMA_SERVER: engine, ASSISTANT_TEST_MODEL: model, ASSISTANT_CTXBENCH: ctxbench } = process.env;
const repo = name => repos && path.join(repos, name.replace('/', '__'));
const program = path.resolve('artifacts/assistant/assistant');
const benchmarks = path.resolve('artifacts/bin/Assistant.Benchmarks/release/Assistant.Benchmarks');

function run(title, command, args, env = {}) {
  const relative = path.relative('.', command);
  console.log(`\n=== ${title}\n$ ${[relative.startsWith('..') ? command : relative, ...args].join(' ')}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
}
const node = (title, script, ...args) => run(title, process.execPath, [`scripts/bench/${script}.mjs`, ...args]);
const needs = (title, what) => console.log(`\n=== ${title}\nnot measured: ${what}`);

run('Build', process.execPath, ['scripts/build.mjs']);
run('Build the benchmarks', 'dotnet', ['build', 'tests/Assistant.Benchmarks', '-c', 'Release', '-v', 'q', '--nologo']);
run('Hang-up', benchmarks, ['--which', 'hangup']);
run('Overhead of the model layer', benchmarks, ['overhead']);
run('Two servers, one killed and restarted every second', benchmarks, ['chaos']);
run('Ping, bare wire', benchmarks, ['--which', 'ping']);
run('Ping, the server', benchmarks, ['--which', 'ping', '--server', `${program} lsp`]);
run('didChange, bare wire', benchmarks, ['--which', 'wire']);
node('Cold start', 'cold-start');

if (repos && fs.existsSync(repo('App-vNext/Polly'))) {
  const polly = repo('App-vNext/Polly');
  run('didChange, the server with Polly loaded', benchmarks, ['--which', 'wire', '--server', `${program} lsp`, '--workspace', polly]);
  const document = path.join(polly, 'src/Polly.Core/CircuitBreaker/CircuitBreakerResilienceStrategy.cs');
  node('Memory with Polly loaded', 'memory', '--workspace', polly, '--file', document);
} else needs('Polly', 'ASSISTANT_REPOS names no folder with App-vNext__Polly');

for (const name of ['serilog/serilog', 'restsharp/RestSharp', 'dotnet-architecture/eShopOnWeb', 'ppy/osu']) {
  if (repos && fs.existsSync(repo(name))) run(`Patterns on ${name}`, program, ['eval', 'patterns', '--workspace', repo(name)]);
  else needs(`Patterns on ${name}`, 'ASSISTANT_REPOS does not hold it');
}

if (engine && model) {
  run('No load without a request: llama-server with two models and room for one', benchmarks, ['router', engine, model, program]);
} else needs('No load without a request', 'ASSISTANT_LLAMA_SERVER or ASSISTANT_TEST_MODEL is missing');

if (engine && model) {
  const port = await freePort();
  const options = [
    '-m', model, '--alias', 'qwen2.5-coder-0.5b-instruct', '--host', '127.0.0.1', '--port', `${port}`,
    '-c', '4096', '-np', '1', '-t', '2', '--jinja', '--slots', '--metrics', '--offline',
  ];
  const server = spawn(engine, options, { stdio: 'ignore', env: { ...process.env, OMP_WAIT_POLICY: 'passive' } });
  try {
    while (!(await fetch(`http://127.0.0.1:${port}/health`).then(reply => reply.ok, () => false))) await sleep(100);
    run('Tools with a real 0.5B model', benchmarks, ['tools', '--endpoint', `http://127.0.0.1:${port}`]);
    if (repos && fs.existsSync(repo('serilog/serilog'))) {
      const document = path.join(repo('serilog/serilog'), 'src/Serilog/Capturing/PropertyValueConverter.cs');
      node('Tokens read per request while typing', 'typing', '--endpoint', `http://127.0.0.1:${port}`,
        '--file', document, '--offset', '9000', '--keys', '300');
    } else needs('Tokens read per request while typing', 'ASSISTANT_REPOS holds no serilog__serilog');
    if (repos && ctxbench) completions(port);
    else needs('Suggestions at the dev cases of ctxbench', 'ASSISTANT_REPOS or ASSISTANT_CTXBENCH is missing');
  } finally {
    server.kill('SIGKILL');
  }
} else needs('Tools and typing on a real engine', 'ASSISTANT_LLAMA_SERVER or ASSISTANT_TEST_MODEL is missing');

/** Compares with fim_eval.py in the same run and on the same engine; its OUT file has the cases. */
function completions(port) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'assistant-fim-eval-'));
  for (const [typed, config] of [[0, 'longmid999heal2'], [3, 'longmid999heal3']]) {
    const out = path.join(folder, `${config}.jsonl`);
    const evaluation = [path.join(ctxbench, 'fim_eval.py'), `${port}`, config, out, '--n', '60', '--typed', `${typed}`];
    run(`Baseline: ${config}`, 'python3', evaluation, { REPOS: repos });
    node(`Suggestions of the same model at the same cases, ${typed} characters typed`, 'completions',
      '--ctxbench', ctxbench, '--like', out, '--endpoint', `http://127.0.0.1:${port}`, '--typed', `${typed}`);
  }
  fs.rmSync(folder, { recursive: true, force: true });
}
