// Searches model servers on their default ports for a message of npm start; the language server has its own discovery.
const servers = [
  { port: 1234, name: 'LM Studio' },
  { port: 8080, name: 'llama-server or mlx_lm.server' },
  { port: 11434, name: 'Ollama' },
  { port: 8000, name: 'vLLM' },
];

/** A sentence on the source of ghost text. */
export async function sourceOfGhostText() {
  for (const { port, name } of servers) {
    const models = await get(`http://127.0.0.1:${port}/v1/models`);
    if (models) {
      const count = models.data?.length ?? 0;
      return `Ghost text comes from the model server on port ${port} (${name}; ${count} models listed), else from Patterns.`;
    }
  }
  const searched = servers.map(({ port, name }) => `${port} (${name})`).join(', ');
  return `No model server answers on the ports ${searched}, so ghost text comes from Patterns: the solution's own text.`;
}

async function get(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1500) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined; // no server, or no JSON
  }
}
