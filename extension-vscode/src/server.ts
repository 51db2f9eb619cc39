// The server's process: found, checked, started, started anew, and given up when it keeps crashing.
import * as path from 'node:path';
import * as vscode from 'vscode';
import {
  CloseAction, ErrorAction, LanguageClient, TransportKind,
  type ErrorHandler, type Executable, type Middleware,
} from 'vscode-languageclient/node';
import { CrashLoop } from './crashLoop';
import { findDotnet } from './dotnet';
import { serverLog } from './serverLog';
import { explicitSettings } from './settings';
import type { StatusBar } from './status';

/** What a feature does with a client: registers its handlers, and undoes it when that client ends. */
export type Feature = (client: LanguageClient) => vscode.Disposable;

export class ServerProcess implements vscode.Disposable {
  private readonly features: Feature[] = [];
  private attached: vscode.Disposable[] = [];
  private current: LanguageClient | undefined;
  private steps: Promise<void> = Promise.resolve();
  private crashes = new CrashLoop();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly status: StatusBar,
    private readonly middleware: Middleware) { }

  /** The client while its server runs. */
  get client(): LanguageClient | undefined {
    return this.current?.isRunning() ? this.current : undefined;
  }

  /** Features are attached to every client that is started from now on. */
  feature(feature: Feature): void {
    this.features.push(feature);
  }

  start(): Promise<void> {
    return this.next(() => this.startNow());
  }

  restart(): Promise<void> {
    this.crashes = new CrashLoop();
    return this.next(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.stopNow());
  }

  dispose(): void {
    void this.stop();
  }

  /** One step after the other: two restarts in a row must not leave two servers. */
  private next(step: () => Promise<void>): Promise<void> {
    this.steps = this.steps.then(step).catch((error: unknown) => this.log.error(error instanceof Error ? error : String(error)));
    return this.steps;
  }

  private async startNow(): Promise<void> {
    if (this.current) return;
    this.status.show({ state: 'starting', message: 'The server starts.' });
    const executable = await this.executable();
    if (!executable) {
      this.status.show({ state: 'failed', message: 'The .NET 10 runtime is missing.', remedy: 'Install it, then restart the server.' });
      return;
    }
    this.log.info(`Starting ${executable.command} ${(executable.args ?? []).join(' ')}`);
    const client = new LanguageClient('assistant', 'Assistant', executable, {
      documentSelector: [{ scheme: 'file', language: 'csharp' }, { scheme: 'untitled', language: 'csharp' }],
      outputChannel: this.log,
      stdioOptions: serverLog,
      initializationOptions: () => ({ trusted: vscode.workspace.isTrusted, settings: explicitSettings(this.context) }),
      errorHandler: this.errorHandler(),
      initializationFailedHandler: () => false,
      middleware: { ...this.middleware, workspace: { configuration: params => params.items.map(() => explicitSettings(this.context)) } },
    });
    this.current = client;
    this.attached = this.features.map(feature => feature(client));
    const crashes = this.crashes;
    const before = crashes.count;
    await client.start().catch((error: unknown) => {
      // A server that ended while it started has been counted as a crash, and what follows from that is shown already.
      if (crashes.count === before) {
        this.status.show({ state: 'failed', message: 'The server did not start.', remedy: 'The log says why.' });
      }
      throw error;
    });
  }

  private async stopNow(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    this.attached.forEach(one => one.dispose());
    this.attached = [];
    // A client that never came up, or whose server has crashed, has nothing to be stopped.
    if (client?.needsStop()) await client.stop().catch((error: unknown) => this.log.warn(`While stopping: ${String(error)}`));
    await client?.dispose().catch(() => undefined);
  }

  private async executable(): Promise<Executable | undefined> {
    const settings = vscode.workspace.getConfiguration('assistant');
    const own = settings.get<string>('server.path', '');
    const program = own || path.join(this.context.extensionPath, 'server', 'assistant.dll');
    const args = ['lsp', '--log', settings.get<string>('log.level', 'information')];
    // A folder of ours: a process must not stand in the workspace, where files could change what it does.
    const rest = { transport: TransportKind.stdio, options: { cwd: path.dirname(program) } };
    if (!program.endsWith('.dll')) return { command: program, args, ...rest };
    const dotnet = await findDotnet(this.context.extension.id, settings.get<string>('server.dotnet', ''), this.log);
    return dotnet ? { command: dotnet, args: [program, ...args], ...rest } : undefined;
  }

  private errorHandler(): ErrorHandler {
    return {
      error: () => ({ action: ErrorAction.Continue }),
      // Not the client's own restart: one that fails would be said twice, and nobody would hear of it here.
      closed: () => {
        this.afterCrash();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private afterCrash(): void {
    if (this.crashes.mayRestart(Date.now())) {
      this.status.show({ state: 'starting', message: 'The server ended unexpectedly and is started again.' });
      void this.next(async () => {
        await this.stopNow();
        await this.startNow();
      });
      return;
    }
    this.status.show({ state: 'failed', message: 'The server keeps crashing and is not started again.', remedy: 'Show the log, or restart the server.' });
    void this.sayGivenUp();
  }

  private async sayGivenUp(): Promise<void> {
    const choice = await vscode.window.showErrorMessage(
      'The Assistant server keeps crashing, so it is not started again.', 'Restart Server', 'Show Log');
    if (choice === 'Restart Server') await this.restart();
    if (choice === 'Show Log') this.log.show();
  }
}
