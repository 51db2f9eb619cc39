import * as vscode from 'vscode';
import { DidChangeTextDocumentNotification, type LanguageClient } from 'vscode-languageclient/node';
import { methods } from './protocol';

/** Sends the whole text of a document that the server has lost. */
export function resync(client: LanguageClient): vscode.Disposable {
  return client.onNotification(methods.resync, ({ uri }) => {
    const wanted = client.protocol2CodeConverter.asUri(uri).toString();
    const document = vscode.workspace.textDocuments.find(one => one.uri.toString() === wanted);
    if (!document) return;
    void client.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri), version: document.version },
      contentChanges: [{ text: document.getText() }],
    });
  });
}
