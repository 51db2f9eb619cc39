import * as path from 'node:path';
import * as vscode from 'vscode';
import {
  CloseAction, ErrorAction, LanguageClient, TransportKind,
  type ErrorHandler, type Executable, type Middleware,
} from 'vscode-languageclient/node';
import { CrashLoop } from './crashLoop';
import { findDotnet } from './findDotnet';
import type { InitializationOptions } from './protocol';
import { serverLog } from './serverLog';
import { explicitSettings } from './settings';
import type { StatusBar } from './statusBar';

/** Registers a feature's handlers at a client; the result unregisters them. */
export type Feature = (client: LanguageClient) => vscode.Disposable;

/** The server's process and its client: starts, restarts and stops them, and gives up when the server keeps crashing. */
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

  /** The client; undefined while the server does not run. */
  get client(): LanguageClient | undefined {
    return this.current?.isRunning() ? this.current : undefined;
  }

  /** Attaches a feature to every client that is started from now on. */
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

  /** Runs one step after another: two restarts in a row must not leave two servers. */
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
      initializationOptions: () =>
        ({ trusted: vscode.workspace.isTrusted, settings: explicitSettings(this.context) }) satisfies InitializationOptions,
      errorHandler: this.errorHandler(),
      initializationFailedHandler: () => false,
      middleware: { ...this.middleware, workspace: { configuration: params => params.items.map(() => explicitSettings(this.context)) } },
    });
    this.current = client;
    this.attached = this.features.map(feature => feature(client));
    const crashes = this.crashes;
    const before = crashes.count;
    await client.start().catch((error: unknown) => {
      // A server that ended during its start was counted as a crash, and the status bar shows the consequence already.
      if (crashes.count === before) {
        this.status.show({ state: 'failed', message: 'The server did not start.', remedy: 'Show the log for the cause.' });
      }
      throw error;
    });
  }

  private async stopNow(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    this.attached.forEach(one => one.dispose());
    this.attached = [];
    // A client that never ran, or whose server has crashed, needs no stop.
    if (client?.needsStop()) await client.stop().catch((error: unknown) => this.log.warn(`While stopping: ${String(error)}`));
    await client?.dispose().catch(() => undefined);
  }

  private async executable(): Promise<Executable | undefined> {
    const settings = vscode.workspace.getConfiguration('assistant');
    const configured = settings.get<string>('server.path', '');
    const program = configured || path.join(this.context.extensionPath, 'server', 'assistant.dll');
    const args = ['lsp', '--log', settings.get<string>('log.level', 'information')];
    // The working directory is the program's folder: in the workspace, files could influence the process.
    const common = { transport: TransportKind.stdio, options: { cwd: path.dirname(program) } };
    if (!program.endsWith('.dll')) return { command: program, args, ...common };
    const dotnet = await findDotnet(this.context.extension.id, settings.get<string>('server.dotnet', ''), this.log);
    return dotnet ? { command: dotnet, args: [program, ...args], ...common } : undefined;
  }

  private errorHandler(): ErrorHandler {
    return {
      error: () => ({ action: ErrorAction.Continue }),
      // Replaces the client's own restart, which would report a failure twice and not to this class.
      closed: () => {
        this.afterCrash();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private afterCrash(): void {
    if (this.crashes.mayRestart(Date.now())) {
      this.status.show({ state: 'starting', message: 'The server ended unexpectedly and is being restarted.' });
      void this.next(async () => {
        await this.stopNow();
        await this.startNow();
      });
      return;
    }
    const message = 'The server keeps crashing and is not restarted.';
    this.status.show({ state: 'failed', message, remedy: 'Show the log, or restart the server.' });
    void this.offerRestart();
  }

  private async offerRestart(): Promise<void> {
    const choice = await vscode.window.showErrorMessage(
      'The Assistant server keeps crashing, so it is not restarted.', 'Restart Server', 'Show Log');
    if (choice === 'Restart Server') await this.restart();
    if (choice === 'Show Log') this.log.show();
  }
}
