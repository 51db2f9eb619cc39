using System.Text.Json;
using Assistant.Lsp.Protocol;
using ModelServerSimulator;

namespace Assistant.Tests.Handlers;

/// <summary>Files that cannot be read, and the order between messages and their effects, over the whole server.</summary>
public sealed class SessionEffectsTests : IDisposable
{
    private const string Shop = """
        public class Shop
        {
            public int Count()
            {
                return names.Count;
            }
        }
        """;

    private readonly Workspace.WorkspaceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_settings_file_that_cannot_be_read_is_reported_and_the_session_goes_on()
    {
        Directory.CreateDirectory(folder.At("assistant.json"));
        await using var session = await TestSession.StartAsync(folder: folder.Root);
        var shown = await session.Client.WaitForAsync(Methods.ShowMessage, message => message.Message.Contains("could not be read"));
        Assert.Contains("It is a folder.", shown.Message);
        await AnswersAsync(session);
    }

    [Fact]
    public async Task A_folder_whose_settings_file_cannot_be_read_becomes_the_workspace()
    {
        using var next = new Workspace.WorkspaceFolder();
        Directory.CreateDirectory(next.At("assistant.json"));
        await using var session = await TestSession.StartAsync(folder: folder.Root);
        Replace(session, folder, next);
        await session.Client.WaitForAsync(Methods.ShowMessage, message => message.Message.Contains("could not be read"));
        await AnswersAsync(session);
    }

    [Fact]
    public async Task A_completion_behind_a_change_of_folders_obeys_the_new_folders_settings()
    {
        await using var simulator = await Simulator.StartAsync(
            new SimulatorOptions { Documents = [Shop], Models = [new SimulatedModel("qwen2.5-coder-7b-instruct")] });
        using var next = new Workspace.WorkspaceFolder();
        next.Write("assistant.json", """{"completion":{"enabled":false}}""");
        await using var session = await TestSession.StartAsync(simulator.BaseUrl, folder.Root);
        var at = session.Open(Shop.Replace("names.Count", "$$"));
        Replace(session, folder, next);
        Assert.Null(await session.GhostAsync(at));
        Replace(session, next, folder);
        Assert.Equal("names.Count", await session.GhostAsync(at));
    }

    [Fact]
    public async Task A_completion_behind_a_change_of_settings_goes_to_the_new_endpoint()
    {
        await using var one = await Simulator.StartAsync(Options("qwen2.5-coder-one"));
        await using var two = await Simulator.StartAsync(Options("qwen2.5-coder-two"));
        await using var session = await TestSession.StartAsync(settings: Naming(one), settingsNameEndpoints: true);
        var at = session.Open(Shop.Replace("names.Count", "$$"));
        using var settings = JsonDocument.Parse(Naming(two));
        session.Client.Notify(Methods.DidChangeConfiguration, new DidChangeConfigurationParams(settings.RootElement.Clone()));
        Assert.Equal("names.Count", await session.GhostAsync(at));
        Assert.Empty(one.Log.Completions);
        Assert.Single(two.Log.Completions);

        static SimulatorOptions Options(string model) => new() { Documents = [Shop], Models = [new SimulatedModel(model)] };

        static string Naming(Simulator simulator) => $$"""{"endpoints":[{"name":"test","baseUrl":"{{simulator.BaseUrl}}v1"}]}""";
    }

    [Fact]
    public async Task A_closed_document_whose_file_cannot_be_read_leaves_the_index_and_the_session_goes_on()
    {
        Directory.CreateDirectory(folder.At("Closed.cs"));
        await using var session = await TestSession.StartAsync(folder: folder.Root);
        session.Open("$$" + Shop, folder.Uri("Closed.cs"));
        session.Client.Notify(Methods.DidClose, new DidCloseTextDocumentParams(new TextDocumentIdentifier(folder.Uri("Closed.cs"))));
        await session.Client.RequestAsync(Methods.Settled, new NoParams());
        await AnswersAsync(session);
    }

    private static async Task AnswersAsync(TestSession session)
    {
        var at = session.Open("class A { $$ }");
        Assert.NotNull(await session.CompleteAsync(at));
    }

    private static void Replace(TestSession session, Workspace.WorkspaceFolder before, Workspace.WorkspaceFolder after)
    {
        var change = new WorkspaceFoldersChangeEvent(
            [new WorkspaceFolder(after.Uri("."), "after")], [new WorkspaceFolder(before.Uri("."), "before")]);
        session.Client.Notify(Methods.DidChangeWorkspaceFolders, new DidChangeWorkspaceFoldersParams(change));
    }
}
