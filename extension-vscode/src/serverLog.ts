import * as readline from 'node:readline';
import type { Readable } from 'node:stream';
import * as vscode from 'vscode';
import { readLogLine, type Level } from './logLine';

/** Copies the server's stderr into the output channel, each line at its level. */
export const serverLog = {
  stdout: (): void => undefined, // carries the protocol
  stderr: (stream: Readable, log: vscode.LogOutputChannel): void => {
    let level: Level = 'error';
    readline.createInterface({ input: stream, crlfDelay: Infinity }).on('line', line => {
      const read = readLogLine(line, level);
      level = read.level;
      write(log, level, read.text);
    });
  },
};

function write(log: vscode.LogOutputChannel, level: Level, text: string): void {
  // The server writes these levels only if `assistant.log.level` names them, so the channel's own level must not drop them.
  const dropped = level === 'trace' && log.logLevel > vscode.LogLevel.Trace || level === 'debug' && log.logLevel > vscode.LogLevel.Debug;
  if (dropped) log.info(`${level} ${text}`);
  else log[level](text);
}
