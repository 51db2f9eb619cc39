/** What the server says of itself in `assistant/status`; whatever is missing or null is not known. */
export interface ServerStatus {
  /** The server process: starting, failed; the model's: up, loading, notLoaded, noModel, down, ... */
  state?: string | null;
  model?: string | null;
  endpoint?: string | null;
  message?: string | null;
  remedy?: string | null;
  /** From the request to the suggestion, in ms. */
  latencyMs?: number | null;
  /** How well the solution is known: syntax, framework, projects. */
  level?: string | null;
  /** Who answers now: model or patterns. */
  engine?: string | null;
  /** Why there was no suggestion where one was asked for by key. */
  reason?: string | null;
  /** Ghost text is switched on, by all that the server reads. */
  enabled?: boolean | null;
  /** Why no setting of the person's can switch it on. */
  disabledBy?: string | null;
}

/** What only the editor knows. */
export interface EditorStatus {
  readonly enabled: boolean;
  /** The time of day, as people write it, at which snoozing ends; not set while nothing is snoozed. */
  readonly snoozedUntil?: string | undefined;
  /** Who wrote the last suggestion that was accepted, such as `patterns` or `model qwen (http://...)`. */
  readonly lastAccepted?: string | undefined;
}

export interface StatusLook {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: 'none' | 'warning' | 'error';
}

// Someone who runs no model server has chosen so: that alone is no warning.
const quiet = ['up', 'ready', 'loading', 'busy', 'starting', 'noEndpoint'].map(state => state.toLowerCase());

export function lookOf(status: ServerStatus, editor: EditorStatus): StatusLook {
  const state = (status.state ?? 'ready').toLowerCase();
  const severity = state === 'failed' ? 'error' : quiet.includes(state) ? 'none' : 'warning';
  return { text: `${icon(status, editor, severity)} ${name(status, editor)}`, tooltip: tooltip(status, editor), severity };
}

function icon(status: ServerStatus, editor: EditorStatus, severity: StatusLook['severity']): string {
  if (severity === 'error') return '$(error)';
  if (!editor.enabled) return '$(circle-slash)';
  if (editor.snoozedUntil) return '$(bell-slash)';
  if (status.state === 'starting' || status.state === 'loading') return '$(loading~spin)';
  return severity === 'warning' ? '$(warning)' : '$(sparkle)';
}

function name(status: ServerStatus, editor: EditorStatus): string {
  if (!editor.enabled) return 'Assistant: off';
  if (editor.snoozedUntil) return `Assistant: snoozed until ${editor.snoozedUntil}`;
  const answers = status.model && status.engine !== 'patterns' ? shortName(status.model) : status.engine === 'patterns' ? 'Patterns' : 'Assistant';
  return typeof status.latencyMs !== 'number' ? answers : `${answers} ${duration(status.latencyMs)}`;
}

function tooltip(status: ServerStatus, editor: EditorStatus): string {
  return [
    status.disabledBy,
    status.message,
    status.remedy,
    status.reason && `No suggestion: ${status.reason}`,
    status.model && `Model: ${status.model}${status.endpoint ? ` at ${status.endpoint}` : ''}`,
    !status.model && status.endpoint && `Model server: ${status.endpoint}`,
    status.level && `Solution: known at the level of ${status.level}`,
    typeof status.latencyMs === 'number' && `Last answer after ${duration(status.latencyMs)}`,
    editor.lastAccepted && `Last accepted: ${editor.lastAccepted}`,
  ].filter(line => !!line).join('\n') || 'Assistant for C#';
}

/** `org/Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf` → `Qwen2.5-Coder-7B-Instruct`: a status bar is short. */
function shortName(model: string): string {
  const file = model.split(/[\\/]/).pop() ?? model;
  return file.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '').replace(/[-_.]I?Q\d\w*$/i, '').slice(0, 32);
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
