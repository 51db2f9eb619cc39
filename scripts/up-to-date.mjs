// Skips a step whose inputs are unchanged since its last success.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const stamps = 'artifacts/stamps';
const ignored = new Set(['node_modules', 'bin', 'obj', 'dist', 'artifacts', '.git', 'TestResults']);

/**
 * Runs `make` if the inputs (files and folders) or `version` have changed since its last success, or an output is missing.
 * Returns true if it ran.
 */
export async function whenChanged(name, { inputs, outputs, version = '' }, make) {
  const stamp = path.join(stamps, name);
  const hash = hashOf(inputs, version);
  if (outputs.every(file => fs.existsSync(file)) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash) return false;
  fs.rmSync(stamp, { force: true });
  await make();
  fs.mkdirSync(stamps, { recursive: true });
  fs.writeFileSync(stamp, hash);
  return true;
}

function hashOf(inputs, version) {
  const hash = createHash('sha256').update(version);
  for (const file of inputs.flatMap(filesIn).sort()) hash.update(`\0${file}\0`).update(fs.readFileSync(file));
  return hash.digest('hex');
}

function filesIn(input) {
  if (!fs.existsSync(input)) return [];
  if (!fs.statSync(input).isDirectory()) return [input];
  return fs.readdirSync(input, { withFileTypes: true })
    .filter(entry => !ignored.has(entry.name))
    .flatMap(entry => filesIn(path.join(input, entry.name)));
}
