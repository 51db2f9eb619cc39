using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Settings;
using Assistant.Tests.Lsp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Handlers;

/// <summary>A whole language server in this process with a client at its other end, over an empty or given workspace folder.</summary>
internal sealed class TestSession : IAsyncDisposable
{
    public const string Uri = "file:///nowhere/Program.cs";

    private int version = 1;
    private string text = "";

    private TestSession(TestClient client) => Client = client;

    public TestClient Client { get; }

    /// <param name="endpoint">A model server; null for a session without one, which searches for none.</param>
    /// <param name="settings">The client's settings, JSON.</param>
    /// <param name="settingsNameEndpoints">The settings name the endpoints, which can change.</param>
    public static async Task<TestSession> StartAsync(
        Uri? endpoint = null,
        string? folder = null,
        bool trusted = true,
        string settings = "{}",
        double? firstByteTimeout = null,
        TimeProvider? clock = null,
        bool settingsNameEndpoints = false)
    {
        var composition = new Composition(
            new Surroundings(new Dictionary<string, string>(), "/", TextWriter.Null, TextWriter.Null, clock ?? TimeProvider.System));
        // Port 9 (discard) never answers: the tests must not reach servers on the default ports of their machine.
        var address = (endpoint ?? new Uri("http://127.0.0.1:9")).ToString();
        var sources = new SettingsSources(
            new Dictionary<string, string>(),
            CommandLine: settingsNameEndpoints ? null : new SettingsDocument
            {
                Endpoints = [new EndpointDocument { Name = "test", BaseUrl = address, FirstByteTimeout = firstByteTimeout }],
            });
        var client = TestClient.Start((input, output) => composition.ServeAsync(
            new RpcConnection(input, output, NullLogger.Instance), sources, NullLoggerFactory.Instance, CancellationToken.None));
        var session = new TestSession(client);
        using var json = System.Text.Json.JsonDocument.Parse(settings);
        await client.InitializeAsync(new InitializeParams(
            Capabilities: TestClient.Everything,
            InitializationOptions: new InitializationOptions(trusted, json.RootElement.Clone()),
            WorkspaceFolders: folder is null ? null : [new WorkspaceFolder(Workspace(folder), "test")]));
        return session;
    }

    /// <summary>Opens a document with the caret at <c>$$</c>.</summary>
    public Position Open(string marked, string uri = Uri)
    {
        var caret = marked.IndexOf("$$", StringComparison.Ordinal);
        text = marked.Remove(caret, 2);
        version = 1;
        Client.Notify(Methods.DidOpen, new DidOpenTextDocumentParams(new TextDocumentItem(uri, "csharp", version, text)));
        return At(caret);
    }

    /// <summary>Types a text at a place, as an editor reports it.</summary>
    /// <returns>The caret behind the text.</returns>
    public Position Type(Position at, string typed, string uri = Uri)
    {
        Client.Notify(Methods.DidChange, new DidChangeTextDocumentParams(
            new VersionedTextDocumentIdentifier(uri, ++version), [new TextDocumentContentChangeEvent(typed, new LspRange(at, at))]));
        var offset = Offset(at);
        text = text.Insert(offset, typed);
        return At(offset + typed.Length);
    }

    public Task<InlineCompletionList?> CompleteAsync(
        Position at, InlineCompletionTriggerKind trigger = InlineCompletionTriggerKind.Automatic, SelectedCompletionInfo? selected = null,
        string uri = Uri, CancellationToken token = default) =>
        Client.RequestAsync(
            Methods.InlineCompletion,
            new InlineCompletionParams(new TextDocumentIdentifier(uri), at, new InlineCompletionContext(trigger, selected)),
            token);

    /// <summary>The text of the suggestion; null where there is none.</summary>
    public async Task<string?> GhostAsync(Position at, InlineCompletionTriggerKind trigger = InlineCompletionTriggerKind.Automatic) =>
        (await CompleteAsync(at, trigger))!.Items is [var item] ? item.InsertText : null;

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, await Client.ShutdownAsync());
        await Client.DisposeAsync();
    }

    private int Offset(Position at)
    {
        var start = 0;
        for (var line = 0; line < at.Line; line++)
        {
            start = text.IndexOf('\n', start) + 1;
        }
        return start + at.Character;
    }

    private Position At(int offset)
    {
        var before = text.AsSpan(0, offset);
        return new Position(before.Count('\n'), offset - (before.LastIndexOf('\n') + 1));
    }

    private static string Workspace(string folder) => Assistant.Workspace.Documents.DocumentUri.FromPath(folder);
}
