using System.Text.Json;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Settings;
using Assistant.Tests.Lsp;
using Microsoft.Extensions.Logging;
using ModelServerSimulator;

namespace Assistant.Tests.Handlers;

/// <summary>Settings that change during a session, in the user's file, the workspace's file, the editor and its secret storage.</summary>
public sealed class SettingsReloadTests : IDisposable
{
    private const string Uri = "file:///nowhere/Program.cs";

    private readonly Workspace.WorkspaceFolder folder = new();
    private readonly TestLog log = new(LogLevel.Trace);
    private readonly string userFile;

    public SettingsReloadTests() => userFile = Path.Combine(folder.Root, "..", "config", "assistant", "assistant.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_users_file_takes_effect_when_it_is_created_damaged_and_repaired()
    {
        await using var one = await Simulator.StartAsync(new SimulatorOptions { Models = [new SimulatedModel("qwen2.5-coder-one")] });
        await using var two = await Simulator.StartAsync(new SimulatorOptions { Models = [new SimulatedModel("qwen2.5-coder-two")] });
        await using var client = await StartAsync();

        // The folder is created first: until then the server watches the folder above it.
        WriteUser(Endpoint(one));
        await ModelAsync(client, "qwen2.5-coder-one");

        WriteUser("{\n  \"endpoints\": [,\n}");
        var said = await client.WaitForAsync(Methods.ShowMessage, message => message.Message.Contains("no JSON"));
        Assert.StartsWith($"{userFile}, line 2: ", said.Message);
        Assert.Contains("The settings from before stay", said.Message);
        var status = await client.WaitForAsync(Methods.Status, status => status.Message!.Contains("no JSON"));
        Assert.Contains("line 2", status.Message);
        Assert.Contains(log.Lines, line => line.Contains("line 2: this is no JSON"));
        Assert.Equal("qwen2.5-coder-one", Assert.Single((await client.RequestAsync(Methods.Models, new NoParams()))!.Models).Id);

        WriteUser(Endpoint(two));
        await ModelAsync(client, "qwen2.5-coder-two");
        Assert.Single(client.Received, message => message.GetRawText().Contains("no JSON") && message.GetRawText().Contains("showMessage"));
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Fact]
    public async Task A_new_workspace_file_takes_effect_and_its_forbidden_settings_are_reported()
    {
        await using var client = await StartAsync();
        folder.Write("assistant.json", """{"endpoints":[{"baseUrl":"https://evil.example/v1"}],"completion":{"enabled":false}}""");
        var said = await client.WaitForAsync(Methods.ShowMessage, message => message.Message.Contains("endpoints"));
        Assert.Contains("the user's to decide", said.Message);
        var status = await client.WaitForAsync(Methods.Status, status => status.Message!.Contains("the user's to decide"));
        Assert.Null(status.Endpoint);
        Assert.False(status.Enabled);
        Assert.Contains("no setting of yours can switch it on", status.DisabledBy);
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Fact]
    public async Task A_running_request_goes_on_after_a_change_of_the_endpoint()
    {
        await using var one = await Simulator.StartAsync(Models.Served.Options("llamacpp") with { HoldAfterTokens = 1 });
        await using var two = await Simulator.StartAsync(
            Models.Served.Options("llamacpp") with { Models = [new SimulatedModel("qwen2.5-coder-two")] });
        WriteUser(Endpoint(one));
        await using var client = await StartAsync();
        await ModelAsync(client, "qwen");
        var asked = AskAsync(client);
        await one.Log.CompletionAsync(0, TestContext.Current.CancellationToken);

        WriteUser(Endpoint(two));
        await ModelAsync(client, "qwen2.5-coder-two");
        one.Release();
        var list = await asked;
        Assert.Equal(Models.Served.Answer, Assert.Single(list!.Items).InsertText);
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Fact]
    public async Task A_key_from_the_editors_storage_reaches_its_server_and_nothing_else()
    {
        const string key = "sk-test-4f9b1c7de2a85f60";
        var records = Path.Combine(folder.Root, "..", "records");
        await using var server = await Simulator.StartAsync(Models.Served.Options("llamacpp") with { ApiKey = key });
        // The user declares a loopback address as not local, as for a tunnel to a cloud. All records are switched on.
        WriteUser(
            $$"""
            {
              "endpoints": [{ "name": "kept", "baseUrl": "{{server.BaseUrl}}v1", "apiKeySecret": "studio", "local": false }],
              "privacy": { "allowRemote": ["kept"], "auditText": true },
              "records": { "folder": "{{records}}" }
            }
            """);
        string? stored = null;
        await using var client = await StartAsync(
            client => client.Answer(Methods.Secret, asked => new SecretResult(asked.Name == "studio" ? stored : null)));
        Assert.Contains(
            "Set API Key", (await client.WaitForAsync(Methods.ShowMessage, message => message.Message.Contains("keeps no key"))).Message);

        stored = key;
        client.Notify(Methods.DidChangeSecret, new SecretParams("studio"));
        await ModelAsync(client, "qwen");
        Assert.Equal(Models.Served.Answer, Assert.Single((await AskAsync(client))!.Items).InsertText);
        Assert.Equal(0, await client.ShutdownAsync());

        Assert.Contains(server.Log.Completions, request => request.Head.Contains(key));
        var written = Directory.EnumerateFiles(records)
            .Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)))
            .ToArray();
        Assert.Contains(written, file => file.Contains("int Twice(int value)"));
        Assert.DoesNotContain(written, file => file.Contains(key));
        Assert.DoesNotContain(log.Lines, line => line.Contains(key));
        Assert.DoesNotContain(client.Received, message => message.GetRawText().Contains(key));
    }

    [Fact]
    public async Task Wrong_settings_of_the_editor_are_reported_and_the_others_apply()
    {
        await using var client = await StartAsync();
        using var settings = JsonDocument.Parse("""{"assistant":{"completion":{"maxLines":0,"enabled":false},"completions":{}}}""");
        client.Notify(Methods.DidChangeConfiguration, new DidChangeConfigurationParams(settings.RootElement.Clone()));
        var said = await client.WaitForAsync(
            Methods.ShowMessage, message => message.Message.Contains("allowed is a whole number, 1 to 100"));
        Assert.Contains("did you mean \"completion\"", said.Message);
        Assert.False(
            (await client.WaitForAsync(Methods.Status, status => !status.Enabled)).DisabledBy is not null, "a setting of the user's own");
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Fact]
    public async Task The_status_has_no_engine_after_Patterns_are_switched_off()
    {
        await using var session = await TestSession.StartAsync();
        await session.Client.WaitForAsync(Methods.Status, status => status is { State: "down", Engine: "patterns" });
        using var settings = JsonDocument.Parse("""{"assistant":{"completion":{"patterns":false}}}""");
        session.Client.Notify(Methods.DidChangeConfiguration, new DidChangeConfigurationParams(settings.RootElement.Clone()));
        await session.Client.WaitForAsync(Methods.Status, status => status is { State: "down", Engine: null });
    }

    /// <summary>
    /// Replaces the file at once: otherwise the server could read the empty file between its truncation and its writing.
    /// </summary>
    private void WriteUser(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(userFile)!);
        File.WriteAllText(userFile + ".new", text);
        File.Move(userFile + ".new", userFile, overwrite: true);
    }

    private static string Endpoint(Simulator simulator) => $$"""{"endpoints":[{"name":"test","baseUrl":"{{simulator.BaseUrl}}v1"}]}""";

    /// <summary>Opens a document with a hole, and requests a completion there.</summary>
    private static Task<InlineCompletionList?> AskAsync(TestClient client)
    {
        var hole = Models.Served.Document.IndexOf(Models.Served.Answer, StringComparison.Ordinal);
        var text = Models.Served.Document.Remove(hole, Models.Served.Answer.Length);
        client.Notify(Methods.DidOpen, new DidOpenTextDocumentParams(new TextDocumentItem(Uri, "csharp", 1, text)));
        var before = text.AsSpan(0, hole);
        var at = new Position(before.Count('\n'), hole - before.LastIndexOf('\n') - 1);
        return client.RequestAsync(Methods.InlineCompletion, new InlineCompletionParams(
            new TextDocumentIdentifier(Uri), at, new InlineCompletionContext(InlineCompletionTriggerKind.Invoked)));
    }

    /// <summary>Ends when the status names this model, after a change of the settings.</summary>
    private static Task ModelAsync(TestClient client, string id) =>
        client.WaitForAsync(Methods.Status, status => status.State == "up" && status.Model!.StartsWith(id, StringComparison.Ordinal));

    private async Task<TestClient> StartAsync(Action<TestClient>? before = null)
    {
        var composition = new Composition(
            new Surroundings(new Dictionary<string, string>(), "/", TextWriter.Null, TextWriter.Null, TimeProvider.System));
        var sources = new SettingsSources(
            new Dictionary<string, string>(), SettingsFiles.Read(userFile, SettingsOrigin.UserFile(userFile)), UserFile: userFile);
        var client = TestClient.Start((input, output) => composition.ServeAsync(
            new RpcConnection(input, output, log), sources, new OneLog(log), CancellationToken.None));
        before?.Invoke(client);
        await client.InitializeAsync(new InitializeParams(
            Capabilities: TestClient.Everything,
            InitializationOptions: new InitializationOptions(Trusted: true),
            WorkspaceFolders: [new WorkspaceFolder(folder.Uri("."), "test")]));
        return client;
    }

    /// <summary>Test double: writes all messages to one log.</summary>
    private sealed class OneLog(ILogger log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
