/** `[["a.b", 1], ["a.c", 2]]` → `{ a: { b: 1, c: 2 } }` */
export function nest(pairs: readonly (readonly [key: string, value: unknown])[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of pairs) {
    const names = key.split('.');
    const last = names.pop();
    if (last === undefined) continue;
    let at = root;
    for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return root;
}
