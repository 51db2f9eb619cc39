import * as readline from 'node:readline';
import type { Readable } from 'node:stream';
import * as vscode from 'vscode';
import { readLogLine, type Level } from './logLine';

/** The server's stderr, in the output channel at the levels that the server gave it. */
export const serverLog = {
  stdout: (): void => undefined, // the protocol's
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
  // The server writes such lines only where `assistant.log.level` asks for them: they are not to be lost to the channel's own level.
  const lost = level === 'trace' && log.logLevel > vscode.LogLevel.Trace || level === 'debug' && log.logLevel > vscode.LogLevel.Debug;
  if (lost) log.info(`${level} ${text}`);
  else log[level](text);
}
