using System.Text.Json;
using Assistant.Handlers;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Assistant.Settings;
using Assistant.Tests.Lsp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.Handlers;

/// <summary>Clients that announce capabilities without having them, or send wrong values.</summary>
public sealed class OddClientTests
{
    [Fact]
    public async Task Settings_that_forbid_project_code_are_read_before_project_code_runs()
    {
        using var folder = Workspace.WorkspaceFolder.Of("unrestored");
        var canary = folder.At("ran");
        folder.Write(
            "Directory.Build.targets",
            $"<Project InitialTargets=\"Ran\"><Target Name=\"Ran\"><WriteLinesToFile File=\"{canary}\" Lines=\"x\" /></Target></Project>");
        await using var client = Start();
        using var settings = JsonDocument.Parse("""{"workspace":{"projectCode":false}}""");
        client.Answer(Methods.Configuration, _ => [settings.RootElement.Clone()]);
        // A client that announces file watching and then refuses it does not block the session.
        client.Answer(Methods.RegisterCapability, _ => throw new InvalidOperationException("It cannot."));
        await client.InitializeAsync(new InitializeParams(
            Capabilities: TestClient.Everything, WorkspaceFolders: [new WorkspaceFolder(folder.Uri("."), "test")]));
        await client.RequestAsync(Methods.Settled, new NoParams());
        Assert.False(File.Exists(canary));
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/a\0b")]
    public async Task A_root_that_is_no_full_path_is_ignored(string root)
    {
        await using var client = Start();
        await client.InitializeAsync(new InitializeParams(Capabilities: TestClient.Everything, RootPath: root));
        await client.RequestAsync(Methods.Settled, new NoParams());
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("""{"trusted":"yes","settings":7}""")]
    [InlineData("""{"trusted":{},"settings":{"omnisharp":{"useModernNet":true}}}""")]
    [InlineData("""{"settings":{"completion":[1]}}""")]
    public async Task Options_of_any_form_start_the_server(string options)
    {
        await using var client = Start();
        var answer = await client.RequestAsync("initialize", $$"""{"capabilities":{},"initializationOptions":{{options}}}""");
        Assert.True(answer.GetProperty("result").GetProperty("capabilities").GetProperty("inlineCompletionProvider").GetBoolean());
        client.Send("""{"jsonrpc":"2.0","method":"initialized","params":{}}""");
        await client.RequestAsync(Methods.Settled, new NoParams());
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Fact]
    public async Task A_glob_that_cannot_be_read_does_not_end_the_session()
    {
        await using var client = Start();
        using var settings = JsonDocument.Parse("""{"completion":{"excludedFiles":["src/../secret/**"]}}""");
        await client.InitializeAsync(new InitializeParams(
            Capabilities: TestClient.Everything, InitializationOptions: new InitializationOptions(true, settings.RootElement.Clone())));
        client.Notify(Methods.DidChangeConfiguration, new DidChangeConfigurationParams(settings.RootElement.Clone()));
        await client.RequestAsync(Methods.Settled, new NoParams());
        Assert.Equal(0, await client.ShutdownAsync());
    }

    [Theory]
    [InlineData("""{"\ud800 is half a pair":1}""")]
    [InlineData("""{"assistant":{"completion":{"model":"\ud800"}}}""")]
    [InlineData("""{"assistant":{"completion":{"\ud800":1}}}""")]
    public void Settings_that_are_no_Unicode_are_a_problem_and_no_exception(string settings)
    {
        // An exception in a mutation would end the session.
        using var json = JsonDocument.Parse(settings);
        Assert.Contains("no Unicode", Assert.Single(ConfigurationHandler.DocumentOf(json.RootElement, before: null)!.Problems));
    }

    [Fact]
    public void Options_with_a_name_that_is_no_Unicode_have_no_effect()
    {
        var options = JsonSerializer.Deserialize(
            """{"initializationOptions":{"\ud800 is half a pair":1,"trusted":false}}""", LspJson.Default.InitializeParams)!;
        Assert.Contains("surrogate", options.InitializationOptions!.Ignored);
    }

    [Fact]
    public async Task A_stopped_server_does_not_wait_for_its_input()
    {
        using var stop = new CancellationTokenSource();
        await using var client = Start(stop.Token);
        await client.InitializeAsync();
        await stop.CancelAsync();
        Assert.Equal(1, await client.Exit.WaitAsync(TestClient.Guard, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    private static TestClient Start(CancellationToken stop = default)
    {
        var composition = new Composition(
            new Surroundings(new Dictionary<string, string>(), "/", TextWriter.Null, TextWriter.Null, TimeProvider.System));
        var sources = new SettingsSources(
            new Dictionary<string, string>(),
            CommandLine: new SettingsDocument { Endpoints = [new EndpointDocument { Name = "test", BaseUrl = "http://127.0.0.1:9" }] });
        return TestClient.Start(
            (input, output) =>
                composition.ServeAsync(new RpcConnection(input, output, NullLogger.Instance), sources, NullLoggerFactory.Instance, stop));
    }
}
