using Assistant.Lsp.Protocol;
using Assistant.Server;
using Assistant.Workspace.Documents;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary><c>textDocument/didOpen</c>, <c>didChange</c>, <c>didClose</c>, <c>didSave</c>: the open documents, edit by edit.</summary>
internal sealed partial class TextSync(SessionServices services)
{
    private readonly ILogger logger = services.Loggers.CreateLogger<TextSync>();

    public void Register()
    {
        var server = services.Server;
        server.OnMutation(Methods.DidOpen, (state, p) =>
        {
            var document = p.TextDocument;
            return With(state, state.Workspace.Documents.Open(document.Uri, document.LanguageId, document.Version, document.Text));
        });
        server.OnMutation(Methods.DidChange, (state, p) =>
        {
            var (uri, version, changes) = (p.TextDocument.Uri, p.TextDocument.Version, p.ContentChanges.Select(ChangeOf));
            return With(state, Methods.DidChange.Name, uri, state.Workspace.Documents.Change(uri, version, [.. changes]));
        });
        server.OnMutation(Methods.DidClose, (state, p) =>
            With(state, Methods.DidClose.Name, p.TextDocument.Uri, state.Workspace.Documents.Close(p.TextDocument.Uri)));
        // The saved text is known already; the file watcher reports the file on disk.
        server.OnMutation(Methods.DidSave, (state, _) => state);
        server.OnDamaged = (state, fault) => fault.Uri is { } uri ? With(state, state.Workspace.Documents.OutOfSync(uri)) : state;
    }

    /// <summary>
    /// Requests the whole text of a document that is out of sync: from this project's extension by <c>assistant/resync</c>, from the users
    /// of other clients by a sentence.
    /// </summary>
    public async Task ReportAsync(ClientFault fault)
    {
        LogFault(fault.Method, fault.Message);
        var server = services.Server;
        if (fault.Uri is not { } uri || server.Loop.Current.Workspace.Documents.Find(uri) is not { OutOfSync: true })
        {
            return;
        }
        if (server.Loop.Current.OurClient)
        {
            await server.Client.NotifyAsync(Methods.Resync, new ResyncParams(uri));
        }
        else
        {
            await server.Client.ShowMessageAsync(
                MessageType.Warning,
                $"The assistant lost track of {uri}: {fault.Message} Close and reopen the file to go on; other files are not concerned.");
        }
    }

    private static DocumentChange ChangeOf(TextDocumentContentChangeEvent change) => new(
        change.Range is { } range
            ? new LineRange(range.Start.Line, range.Start.Character, range.End.Line, range.End.Character)
            : null,
        change.Text);

    private static SessionState With(SessionState state, DocumentStore documents) => state.With(state.Workspace.With(documents));

    private static Mutation<SessionState> With(SessionState state, string method, string uri, DocumentUpdate update) =>
        new(With(state, update.Store), update.Problem is { } problem ? new ClientFault(method, problem, uri) : null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client's {Method} does not fit: {Problem}")]
    private partial void LogFault(string method, string problem);
}
