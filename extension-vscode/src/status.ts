import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { explicitSetting } from './settings';
import { lookOf, type ServerStatus } from './statusText';

/** The status bar item: model, state, last latency. Everything that it shows comes from `assistant/status`, but for what only the editor knows. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('assistant.status', vscode.StatusBarAlignment.Right, 90);
  private readonly settingsChange: vscode.Disposable;
  private status: ServerStatus = {};
  private lastAccepted: string | undefined;
  private snoozedUntil: string | undefined;

  constructor() {
    this.item.name = 'Assistant for C#';
    this.item.command = 'assistant.menu';
    this.settingsChange = vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('assistant.completion.enabled')) this.update();
    });
    this.update();
    this.item.show();
  }

  /** Ghost text is switched on: by what is set here, else by what else the server reads. */
  get enabled(): boolean {
    return !this.disabledBy && (explicitSetting<boolean>('assistant.completion.enabled') ?? this.status.enabled ?? true);
  }

  /** Why no setting here can switch it on; undefined where one can. */
  get disabledBy(): string | undefined {
    return this.status.disabledBy ?? undefined;
  }

  follow(client: LanguageClient): vscode.Disposable {
    return client.onNotification('assistant/status', (status: ServerStatus) => this.show(status));
  }

  show(status: ServerStatus): void {
    // Somebody asked by key and nothing came: said where they look, for as long as it takes to read.
    if (status.reason && status.reason !== this.status.reason) vscode.window.setStatusBarMessage(`Assistant: ${status.reason}`, 6000);
    this.status = status;
    this.update();
  }

  accepted(by: string): void {
    this.lastAccepted = by;
    this.update();
  }

  /** `until`: the time of day at which snoozing ends; undefined: it has ended. */
  snoozed(until: string | undefined): void {
    this.snoozedUntil = until;
    this.update();
  }

  dispose(): void {
    this.settingsChange.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { text, tooltip, severity } = lookOf(this.status, { enabled: this.enabled, snoozedUntil: this.snoozedUntil, lastAccepted: this.lastAccepted });
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `${text.replace(/\$\(\S+\) /, '')}. ${tooltip}` };
    this.item.backgroundColor = severity === 'none' ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`);
  }
}
