import type { AssistantStatusParams, ModelState } from './protocol';

/** The server's status, or that of its process while there is none; a missing or null field is unknown. */
export type ShownStatus = Partial<Omit<AssistantStatusParams, 'state'>> & {
  readonly state?: ModelState | 'starting' | 'failed';
};

/** The editor's own state. */
export interface EditorStatus {
  readonly enabled: boolean;
  /** The time of day at which snoozing ends, in the user's language; undefined while nothing is snoozed. */
  readonly snoozedUntil?: string | undefined;
  /** The source of the last accepted suggestion, such as `patterns` or `model qwen (http://...)`. */
  readonly lastAccepted?: string | undefined;
}

export interface StatusLook {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: 'none' | 'warning' | 'error';
}

// Having no model server is the user's choice, not a fault.
const withoutWarning = ['up', 'ready', 'loading', 'busy', 'starting', 'noendpoint'];

export function lookOf(status: ShownStatus, editor: EditorStatus): StatusLook {
  const state = (status.state ?? 'ready').toLowerCase();
  const severity = state === 'failed' ? 'error' : withoutWarning.includes(state) ? 'none' : 'warning';
  return { text: `${icon(status, editor, severity)} ${name(status, editor)}`, tooltip: tooltip(status, editor), severity };
}

function icon(status: ShownStatus, editor: EditorStatus, severity: StatusLook['severity']): string {
  if (severity === 'error') return '$(error)';
  if (!editor.enabled) return '$(circle-slash)';
  if (editor.snoozedUntil) return '$(bell-slash)';
  if (status.state === 'starting' || status.state === 'loading') return '$(loading~spin)';
  return severity === 'warning' ? '$(warning)' : '$(sparkle)';
}

function name(status: ShownStatus, editor: EditorStatus): string {
  if (!editor.enabled) return 'Assistant: off';
  if (editor.snoozedUntil) return `Assistant: snoozed until ${editor.snoozedUntil}`;
  const engine = status.engine === 'patterns' ? 'Patterns' : status.model ? shortName(status.model) : 'Assistant';
  return typeof status.latencyMs !== 'number' ? engine : `${engine} ${duration(status.latencyMs)}`;
}

function tooltip(status: ShownStatus, editor: EditorStatus): string {
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

/** `org/Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf` → `Qwen2.5-Coder-7B-Instruct`: the status bar has little space. */
function shortName(model: string): string {
  const file = model.split(/[\\/]/).pop() ?? model;
  return file.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '').replace(/[-_.]I?Q\d\w*$/i, '').slice(0, 32);
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
