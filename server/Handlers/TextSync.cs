using Assistant.Lsp.Protocol;
using Assistant.Server;
using Assistant.Workspace.Documents;

namespace Assistant.Handlers;

/// <summary><c>textDocument/didOpen</c>, <c>didChange</c>, <c>didClose</c>, <c>didSave</c>: the open documents, edit by edit in order.</summary>
internal static class TextSync
{
    public static void Register(SessionServices services)
    {
        var server = services.Server;
        server.OnMutation(Methods.DidOpen, (state, p) =>
            With(state, state.Workspace.Documents.Open(p.TextDocument.Uri, p.TextDocument.LanguageId, p.TextDocument.Version, p.TextDocument.Text)));
        server.OnMutation(Methods.DidChange, (state, p) =>
            With(state, Methods.DidChange.Name, p.TextDocument.Uri, state.Workspace.Documents.Change(p.TextDocument.Uri, p.TextDocument.Version, [.. p.ContentChanges.Select(ChangeOf)])));
        server.OnMutation(Methods.DidClose, (state, p) =>
            With(state, Methods.DidClose.Name, p.TextDocument.Uri, state.Workspace.Documents.Close(p.TextDocument.Uri)));
        // What is saved is known already; disk and editor agreeing is the watcher's news.
        server.OnMutation(Methods.DidSave, (state, _) => state);

        server.OnDamaged = (state, fault) => fault.Uri is { } uri ? With(state, state.Workspace.Documents.OutOfSync(uri)) : state;
        server.OnClientFault = fault => ResyncAsync(services, fault);
    }

    private static DocumentChange ChangeOf(TextDocumentContentChangeEvent change) => new(
        change.Range is { } range
            ? new LineRange(range.Start.Line, range.Start.Character, range.End.Line, range.End.Character)
            : null,
        change.Text);

    private static SessionState With(SessionState state, DocumentStore documents) => state.With(state.Workspace.With(documents));

    private static Mutation<SessionState> With(SessionState state, string method, string uri, DocumentUpdate update) =>
        new(With(state, update.Store), update.Refusal is { } refusal ? new ClientFault(method, refusal, uri) : null);

    /// <summary>Our extension sends the whole text; the users of other clients are told how to.</summary>
    private static async Task ResyncAsync(SessionServices services, ClientFault fault)
    {
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
                MessageType.Warning, $"The assistant lost track of {uri}: {fault.Message} Close and reopen the file to go on; other files are not concerned.");
        }
    }
}
