import { line } from '../../scripts/sample.mjs';

/** What of the missing line is left when it was typed up to and with `typed`. */
export function restAfter(typed) {
  const at = line.indexOf(typed);
  if (at < 0) throw new Error(`The line does not hold ${typed}`);
  return line.slice(at + typed.length);
}
