import * as vscode from 'vscode';
import { DidChangeTextDocumentNotification, type LanguageClient } from 'vscode-languageclient/node';

/** The server lost a document: it gets the whole text. */
export function resync(client: LanguageClient): vscode.Disposable {
  return client.onNotification('assistant/resync', ({ uri }: { uri: string }) => {
    const wanted = client.protocol2CodeConverter.asUri(uri).toString();
    const document = vscode.workspace.textDocuments.find(one => one.uri.toString() === wanted);
    if (!document) return;
    void client.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri), version: document.version },
      contentChanges: [{ text: document.getText() }],
    });
  });
}
