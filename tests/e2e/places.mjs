// What the tests type: the line that OrderStore.cs lacks and that both other stores have.
import fs from 'node:fs';
import path from 'node:path';

export const line = '        var options = new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };';

/** Opens OrderStore.cs with the caret in its empty line. */
export async function inEmptyLine(editor) {
  await editor.open('OrderStore.cs');
  await editor.caretAfter('File.Create(path);');
  await editor.press('ArrowDown');
}

/** What of the line is left when it was typed up to and with `typed`. */
export function restAfter(typed) {
  const at = line.indexOf(typed);
  if (at < 0) throw new Error(`The line does not hold ${typed}`);
  return line.slice(at + typed.length);
}

/** OrderStore.cs as it would be with the line in it: what a model server that echoes goes by. Returns the file. */
export function completeDocument(folder, file) {
  const text = fs.readFileSync(path.join(folder, 'Orders/Storage/OrderStore.cs'), 'utf8');
  fs.writeFileSync(file, text.replace('File.Create(path);\n\n', `File.Create(path);\n${line}\n`));
  return file;
}
