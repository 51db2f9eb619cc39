export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  readonly level: Level;
  readonly text: string;
}

const head = /^\d\d:\d\d:\d\d\.\d{3} (trace|debug|info|warn|error) (.*)$/;

/** Output of the .NET host itself, when it does not start or crashes. */
const hostError = /^(Unhandled exception|Fatal error|Process terminated|Out of memory|You must install|The framework)/;

/** Reads a line of the server's log. A line without a head continues the line before it, as a stack trace does. */
export function readLogLine(line: string, before: Level): LogLine {
  const [, level, text] = head.exec(line) ?? [];
  if (level && text !== undefined) return { level: level as Level, text };
  return { level: hostError.test(line) ? 'error' : before, text: line };
}
