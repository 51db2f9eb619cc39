// The sample solution without a line that its other files have. Users and tests type in its place.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './build.mjs';
import { run } from './processes.mjs';

export const sample = path.join(root, 'samples/Orders');

/** The file with the empty line, in the solution's folder. */
export const file = 'Orders/Storage/OrderStore.cs';

/** The removed line. */
export const line = '        var options = new JsonSerializerOptions { '
  + 'WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };';

/** The line after it, which is removed too: it uses `options`, which would give the answer away. */
export const nextLine = '        await JsonSerializer.SerializeAsync('
  + 'stream, items.Values.OrderBy(item => item.Id).ToList(), options, token);';

/** Copies a restored copy and adapts the paths in the restore's output, since another restore takes seconds. */
export function copyAgain(from, to) {
  fs.cpSync(from, to, { recursive: true });
  const written = path.join(to, path.dirname(path.dirname(file)), 'obj');
  for (const name of fs.readdirSync(written)) {
    const text = fs.readFileSync(path.join(written, name), 'utf8');
    fs.writeFileSync(path.join(written, name), text.replaceAll(from, to));
  }
}

/**
 * Copies the solution to a folder, empties the line and, unless `restored` is false, restores: the server restores only on a click.
 * Returns the 1-based number of the line.
 */
export async function copySample(folder, { restored = true } = {}) {
  const builtIn = /[\\/](bin|obj)$/;
  fs.cpSync(sample, folder, { recursive: true, filter: name => !builtIn.test(name) });
  const copy = path.join(folder, file);
  const lines = fs.readFileSync(copy, 'utf8').split(/\r?\n/);
  const at = lines.indexOf(line);
  if (at < 0 || lines[at + 1] !== nextLine) throw new Error(`${file} of the sample does not have the two lines to remove.`);
  lines.splice(at, 2, '');
  fs.writeFileSync(copy, lines.join('\n'));
  if (restored) await run('dotnet', ['restore', '--nologo', '-v', 'quiet'], { cwd: folder });
  return at + 1;
}
