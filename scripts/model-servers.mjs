// What answers on the default ports, only to be told: the server looks for itself.
const places = [
  { port: 1234, name: 'LM Studio' },
  { port: 8080, name: 'llama-server or mlx_lm.server' },
];

/** A sentence on who will write the ghost text. */
export async function whoAnswers() {
  for (const { port, name } of places) {
    const models = await get(`http://127.0.0.1:${port}/v1/models`);
    if (models) return `Ghost text comes from the model server on port ${port} (${name}; ${models.data?.length ?? 0} models listed), and from Patterns where it is silent.`;
  }
  const ollama = await get('http://127.0.0.1:11434/api/version') ? ' Ollama was found on port 11434; it is not supported yet.' : '';
  return `No model server answers on port 1234 (LM Studio) or 8080 (llama-server, mlx_lm.server), so ghost text comes from Patterns: the solution's own text.${ollama}`;
}

async function get(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1500) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined; // nobody there, or nobody who speaks this
  }
}
