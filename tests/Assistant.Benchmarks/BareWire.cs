using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Benchmarks;

/// <summary>A server that only stores the last text, to measure the wire and the loop alone.</summary>
internal static class BareWire
{
    public static Task<int> RunAsync()
    {
        var (input, output) = StandardPipes.Open();
        var server = new LanguageServer<string>(
            "", new RpcConnection(input, output, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
        server.OnInitialize(
            new InitializeResult(new ServerCapabilities("utf-16", new TextDocumentSyncOptions(true, TextDocumentSyncKind.Full))),
            (text, _) => text);
        server.OnMutation(Methods.DidOpen, (string _, DidOpenTextDocumentParams p) => p.TextDocument.Text);
        server.OnMutation(Methods.DidChange, (string _, DidChangeTextDocumentParams p) => p.ContentChanges[^1].Text);
        return server.RunAsync(CancellationToken.None);
    }
}
