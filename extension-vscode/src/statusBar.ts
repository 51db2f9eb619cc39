import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { methods } from './protocol';
import { explicitSetting } from './settings';
import { lookOf, type ShownStatus } from './statusText';

/** The status bar item: model, state, last latency. Its content is that of `assistant/status` and the editor's own state. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('assistant.status', vscode.StatusBarAlignment.Right, 90);
  private readonly settingsChange: vscode.Disposable;
  private status: ShownStatus = {};
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

  /** Ghost text is switched on: by VS Code's settings, else by the other settings that the server reads. */
  get enabled(): boolean {
    return !this.disabledBy && (explicitSetting<boolean>('assistant.completion.enabled') ?? this.status.enabled ?? true);
  }

  /** The reason for which no setting in VS Code can switch it on; undefined where one can. */
  get disabledBy(): string | undefined {
    return this.status.disabledBy ?? undefined;
  }

  follow(client: LanguageClient): vscode.Disposable {
    return client.onNotification(methods.status, status => this.show(status));
  }

  show(status: ShownStatus): void {
    // The user invoked completion by key and got nothing: the reason is shown for as long as it takes to read.
    if (status.reason && status.reason !== this.status.reason) {
      vscode.window.setStatusBarMessage(`Assistant: ${status.reason}`, 6000);
    }
    this.status = status;
    this.update();
  }

  accepted(by: string): void {
    this.lastAccepted = by;
    this.update();
  }

  /** `until`: the time of day at which snoozing ends; undefined after its end. */
  snoozed(until: string | undefined): void {
    this.snoozedUntil = until;
    this.update();
  }

  dispose(): void {
    this.settingsChange.dispose();
    this.item.dispose();
  }

  private update(): void {
    const editor = { enabled: this.enabled, snoozedUntil: this.snoozedUntil, lastAccepted: this.lastAccepted };
    const { text, tooltip, severity } = lookOf(this.status, editor);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `${text.replace(/\$\(\S+\) /, '')}. ${tooltip}` };
    this.item.backgroundColor = severity === 'none' ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`);
  }
}
