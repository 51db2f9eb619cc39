using System.Text.Json;
using Assistant.Lsp;
using Assistant.Lsp.Protocol;
using Assistant.Server;
using Assistant.Tests.Server;

namespace Assistant.Tests.Lsp;

/// <summary>Calls of the server to the client, as the client sees them on the wire.</summary>
public sealed class LspClientTests
{
    private LspClient server = null!;

    [Fact]
    public async Task Progress_is_created_begun_reported_and_ended()
    {
        await using var client = await StartAsync();
        await using (var progress = await server.BeginProgressAsync("Loading", cancellable: true, CancellationToken.None))
        {
            await progress.ReportAsync("Polly.Core", 40);
            await progress.ReportAsync("Polly.Core", 40);
            await progress.EndAsync("loaded");
            await progress.EndAsync("again");
            await progress.ReportAsync("too late");
        }
        await client.RequestAsync(Methods.Ping, new());
        Assert.Equal(
            [
                """window/workDoneProgress/create {"token":"assistant-1"}""",
                """$/progress {"token":"assistant-1","value":{"kind":"begin","title":"Loading","cancellable":true,"percentage":0}}""",
                """$/progress {"token":"assistant-1","value":{"kind":"report","message":"Polly.Core","percentage":40}}""",
                """$/progress {"token":"assistant-1","value":{"kind":"end","message":"loaded"}}""",
            ],
            Calls(client));
    }

    [Fact]
    public async Task The_cancel_button_reaches_the_work()
    {
        await using var client = await StartAsync();
        await using var progress = await server.BeginProgressAsync("Loading", cancellable: true, CancellationToken.None);
        var cancelled = new TaskCompletionSource();
        await using var registration = progress.Cancelled.Register(cancelled.SetResult);
        client.Notify(Methods.WorkDoneProgressCancel, new("another"));
        client.Notify(Methods.WorkDoneProgressCancel, new("assistant-1"));
        await cancelled.Task.WaitAsync(TestClient.Guard, TimeProvider.System);
    }

    [Fact]
    public async Task Without_the_capability_progress_is_silent()
    {
        await using var client = await StartAsync(new ClientCapabilities());
        await using (var progress = await server.BeginProgressAsync("Loading", cancellable: true, CancellationToken.None))
        {
            await progress.ReportAsync("unseen");
        }
        await client.RequestAsync(Methods.Ping, new());
        Assert.Empty(Calls(client));
    }

    [Fact]
    public async Task A_client_that_refuses_the_bar_does_not_stop_the_work()
    {
        await using var client = await StartAsync();
        client.Answer(Methods.WorkDoneProgressCreate, _ => throw new InvalidOperationException());
        await using var progress = await server.BeginProgressAsync("Loading", cancellable: false, CancellationToken.None);
        await progress.ReportAsync("unseen");
        await client.RequestAsync(Methods.Ping, new());
        Assert.Single(Calls(client));
    }

    [Fact]
    public async Task Progress_of_a_request_uses_its_token_and_so_do_parts_of_its_result()
    {
        await using var client = await StartAsync();
        await using (await server.BeginProgressAsync(7, "Thinking", cancellable: false))
        {
            await server.PartialResultAsync("part", new InlineCompletionList([new("x")]), LspJson.Default.InlineCompletionList);
            await server.PartialResultAsync(null, new InlineCompletionList([]), LspJson.Default.InlineCompletionList);
        }
        await client.RequestAsync(Methods.Ping, new());
        Assert.Equal(
            [
                """$/progress {"token":7,"value":{"kind":"begin","title":"Thinking","cancellable":false,"percentage":0}}""",
                """$/progress {"token":"part","value":{"items":[{"insertText":"x"}]}}""",
                """$/progress {"token":7,"value":{"kind":"end"}}""",
            ],
            Calls(client));
    }

    [Fact]
    public async Task A_question_gives_the_button_that_was_pressed()
    {
        await using var client = await StartAsync();
        client.Answer(Methods.ShowMessageRequest, p => p.Actions!.Single(action => action.Title.StartsWith('N')));
        Assert.Equal("No", await server.AskAsync(MessageType.Info, "Restore?", ["Yes", "No"], CancellationToken.None));
        client.Answer(Methods.ShowMessageRequest, _ => null);
        Assert.Null(await server.AskAsync(MessageType.Info, "Restore?", ["Yes", "No"], CancellationToken.None));
    }

    [Fact]
    public async Task Configuration_is_requested_by_section()
    {
        await using var client = await StartAsync();
        client.Answer(Methods.Configuration, p => [JsonElement.Parse($$"""{"asked":"{{p.Items[0].Section}}"}""")]);
        var settings = await server.ConfigurationAsync("assistant", CancellationToken.None);
        Assert.Equal("assistant", settings!.Value.GetProperty("asked").GetString());
        client.Answer(Methods.Configuration, _ => [JsonElement.Parse("null")]);
        Assert.Null(await server.ConfigurationAsync("assistant", CancellationToken.None));
    }

    [Fact]
    public async Task A_client_without_configuration_is_not_asked()
    {
        await using var client = await StartAsync(new ClientCapabilities());
        Assert.Null(await server.ConfigurationAsync("assistant", CancellationToken.None));
        Assert.False(await server.WatchFilesAsync(["**/*.cs"], CancellationToken.None));
        Assert.Empty(Calls(client));
    }

    [Fact]
    public async Task Watched_files_are_registered()
    {
        await using var client = await StartAsync();
        const string Method = "workspace/didChangeWatchedFiles";
        const string Options = """{"watchers":[{"globPattern":"**/*.cs"},{"globPattern":"**/*.csproj"}]}""";
        const string Registration = $$$"""{"id":"{{{Method}}}-1","method":"{{{Method}}}","registerOptions":{{{Options}}}}""";
        Assert.True(await server.WatchFilesAsync(["**/*.cs", "**/*.csproj"], CancellationToken.None));
        Assert.Equal(
            [$$$"""client/registerCapability {"registrations":[{{{Registration}}}]}"""],
            Calls(client));
    }

    [Fact]
    public async Task Messages_and_our_own_notifications_go_out()
    {
        await using var client = await StartAsync();
        await server.ShowMessageAsync(MessageType.Warning, "shown");
        await server.LogMessageAsync(MessageType.Log, "logged");
        await server.NotifyAsync(Methods.BetterInlineCompletion, new("file:///a.cs", 3, new(1, 2)));
        await server.NotifyAsync(Methods.Status, new("up", Model: "qwen", LatencyMs: 120.5));
        await client.RequestAsync(Methods.Ping, new());
        Assert.Equal(
            [
                """window/showMessage {"type":2,"message":"shown"}""",
                """window/logMessage {"type":4,"message":"logged"}""",
                """assistant/inlineCompletion/better {"uri":"file:///a.cs","version":3,"position":{"line":1,"character":2}}""",
                """assistant/status {"state":"up","model":"qwen","latencyMs":120.5,"enabled":true}""",
            ],
            Calls(client));
    }

    private async Task<TestClient> StartAsync(ClientCapabilities? capabilities = null)
    {
        var client = TestClient.Start((input, output) =>
        {
            LanguageServer<ToyState> toy = ToyServer.Create(input, output);
            server = toy.Client;
            return toy.RunAsync(CancellationToken.None);
        });
        await client.InitializeAsync(new InitializeParams(Capabilities: capabilities ?? TestClient.Everything));
        return client;
    }

    private static IEnumerable<string> Calls(TestClient client) =>
        from message in client.Received
        where message.TryGetProperty("method", out _)
        select $"{message.GetProperty("method").GetString()} {message.GetProperty("params").GetRawText()}";
}
