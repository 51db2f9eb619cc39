// The sample solution, with a line taken out that its other files have: there a person begins to type, and so do the tests.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './build.mjs';
import { run } from './processes.mjs';

export const sample = path.join(root, 'samples/Orders');

/** The file with the empty line, in the solution's folder. */
export const file = 'Orders/Storage/OrderStore.cs';

/** What stood in the empty line. */
export const line = '        var options = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };';

/** The statement after it, which is taken out too: an option that is used already would say too much. */
export const nextLine = '        await JsonSerializer.SerializeAsync(stream, items.Values.OrderBy(item => item.Id).ToList(), options, token);';

/** Copies a copy, restored as it is: what the restore wrote names its folder, and another restore would take seconds. */
export function copyAgain(from, to) {
  fs.cpSync(from, to, { recursive: true });
  const written = path.join(to, path.dirname(path.dirname(file)), 'obj');
  for (const name of fs.readdirSync(written)) {
    const text = fs.readFileSync(path.join(written, name), 'utf8');
    fs.writeFileSync(path.join(written, name), text.replaceAll(from, to));
  }
}

/** Copies the solution to a folder, empties the line and restores, unless told not to: the server never does it unasked. Returns the line's number, from 1. */
export async function copySample(folder, { restored = true } = {}) {
  const builtIn = /[\\/](bin|obj)$/;
  fs.cpSync(sample, folder, { recursive: true, filter: name => !builtIn.test(name) });
  const copy = path.join(folder, file);
  const lines = fs.readFileSync(copy, 'utf8').split(/\r?\n/);
  const at = lines.indexOf(line);
  if (at < 0 || lines[at + 1] !== nextLine) throw new Error(`${file} of the sample does not hold the lines that are to be taken out.`);
  lines.splice(at, 2, '');
  fs.writeFileSync(copy, lines.join('\n'));
  if (restored) await run('dotnet', ['restore', '--nologo', '-v', 'quiet'], { cwd: folder });
  return at + 1;
}
