import { line } from '../../scripts/sample.mjs';

/** The rest of the removed line after `typed`, which is a part of it. */
export function restAfter(typed) {
  const at = line.indexOf(typed);
  if (at < 0) throw new Error(`The line does not hold ${typed}`);
  return line.slice(at + typed.length);
}
