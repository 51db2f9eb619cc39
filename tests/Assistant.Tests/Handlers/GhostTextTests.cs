using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using ModelServerSimulator;

namespace Assistant.Tests.Handlers;

/// <summary>Ghost text over the whole server: protocol in, protocol out, a simulated model server behind it.</summary>
public sealed class GhostTextTests
{
    private const string Shop = """
        namespace Demo;

        public class Shop
        {
            private readonly List<string> names = new();

            public void Add(string name)
            {
                ArgumentNullException.ThrowIfNull(name);
                names.Add(name);
            }

            public int Count()
            {
                return names.Count;
            }
        }
        """;

    private static readonly string Hole = Shop.Replace("return names.Count;", "return $$;");

    [Theory]
    [InlineData("llamacpp")]
    [InlineData("lmstudio-0.4")]
    public async Task A_model_fills_the_hole(string profile)
    {
        await using var simulator = await StartAsync(new SimulatorOptions { Profile = profile });
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Hole);
        var item = Assert.Single((await session.CompleteAsync(at))!.Items);
        Assert.Equal("names.Count", item.InsertText);
        Assert.Equal(new LspRange(at, at), item.Range);
        Assert.Equal("assistant.accepted", item.Command?.Name);
        Assert.Equal("model", item.Command!.Arguments![0].GetProperty("engine").GetString());
    }

    [Fact]
    public async Task Typing_the_suggestion_sends_no_other_request()
    {
        await using var simulator = await StartAsync(new SimulatorOptions());
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Hole);
        Assert.Equal("names.Count", await session.GhostAsync(at));
        var asked = simulator.Log.Completions.Count;
        foreach (var c in "names.C")
        {
            at = session.Type(at, c.ToString());
        }
        Assert.Equal("ount", await session.GhostAsync(at));
        Assert.Equal(asked, simulator.Log.Completions.Count);
    }

    [Fact]
    public async Task With_an_open_IntelliSense_list_the_suggestion_begins_with_the_selected_entry()
    {
        await using var simulator = await StartAsync(new SimulatorOptions());
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Shop.Replace("return names.Count;", "return na$$;"));
        var range = new LspRange(at with { Character = at.Character - 2 }, at);
        var item = Assert.Single((await session.CompleteAsync(at, selected: new SelectedCompletionInfo(range, "names")))!.Items);
        Assert.Equal("names.Count", item.InsertText);
        Assert.Equal(range, item.Range);
    }

    [Fact]
    public async Task A_selected_entry_of_several_lines_does_not_widen_the_range()
    {
        await using var simulator = await StartAsync(new SimulatorOptions());
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Hole);
        var selected = new SelectedCompletionInfo(new LspRange(new Position(0, 0), at), "x");
        Assert.Equal(new LspRange(at, at), Assert.Single((await session.CompleteAsync(at, selected: selected))!.Items).Range);
    }

    [Fact]
    public async Task Before_the_rest_of_a_word_no_model_is_asked()
    {
        await using var simulator = await StartAsync(new SimulatorOptions());
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Shop.Replace("return names.Count;", "return na$$mes.Count;"));
        Assert.Null(await session.GhostAsync(at));
        Assert.Empty(simulator.Log.Completions);
    }

    [Fact]
    public async Task Without_a_model_server_the_solutions_own_text_answers()
    {
        await using var session = await TestSession.StartAsync();
        session.Open("$$" + Shop, "file:///nowhere/Shop.cs");
        await session.Client.RequestAsync(Methods.Settled, new NoParams());
        var at = session.Open(Shop.Replace("ArgumentNullException.ThrowIfNull(name);", "ArgumentNullException.$$"));
        var item = Assert.Single((await session.CompleteAsync(at, InlineCompletionTriggerKind.Invoked))!.Items);
        Assert.StartsWith("ThrowIfNull(name)", item.InsertText);
        Assert.Equal("patterns", item.Command!.Arguments![0].GetProperty("engine").GetString());
    }

    [Fact]
    public async Task A_document_out_of_sync_gets_an_error_until_its_full_text_arrives()
    {
        await using var simulator = await StartAsync(new SimulatorOptions());
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Hole);
        var damaged = $$"""{"textDocument":{"uri":"{{TestSession.Uri}}","version":2},"contentChanges":[{"range":7,"text":"x"}]}""";
        session.Client.Send($$"""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{damaged}}}""");
        await Assert.ThrowsAsync<RpcException>(() => session.CompleteAsync(at));
        Assert.Equal(TestSession.Uri, (await session.Client.WaitForAsync(Methods.Resync)).Uri);
        session.Client.Notify(Methods.DidChange, new DidChangeTextDocumentParams(
            new VersionedTextDocumentIdentifier(TestSession.Uri, 3), [new TextDocumentContentChangeEvent(Hole.Replace("$$", ""))]));
        Assert.Equal("names.Count", await session.GhostAsync(at));
    }

    [Theory]
    [InlineData(2, 999, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(0, 0, 0)]
    public async Task An_edit_outside_or_with_a_version_that_does_not_grow_is_applied(int version, int line, int character)
    {
        await using var simulator = await StartAsync(new SimulatorOptions());
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Hole);
        var place = new Position(line, character);
        session.Client.Notify(Methods.DidChange, new DidChangeTextDocumentParams(
            new VersionedTextDocumentIdentifier(TestSession.Uri, version),
            [new TextDocumentContentChangeEvent("// x\n", new LspRange(place, place))]));
        Assert.Equal("names.Count", await session.GhostAsync(line == 0 ? at with { Line = at.Line + 1 } : at));
    }

    [Fact]
    public async Task The_switch_for_ghost_text_takes_effect_without_a_restart()
    {
        await using var simulator = await StartAsync(new SimulatorOptions());
        await using var session = await TestSession.StartAsync(simulator.BaseUrl, settings: """{"completion":{"enabled":false}}""");
        var at = session.Open(Hole);
        Assert.Null(await session.GhostAsync(at));
        using var on = System.Text.Json.JsonDocument.Parse("""{"assistant":{"completion":{"enabled":true}}}""");
        session.Client.Notify(Methods.DidChangeConfiguration, new DidChangeConfigurationParams(on.RootElement.Clone()));
        Assert.Equal("names.Count", await session.GhostAsync(at));
    }

    [Fact]
    public async Task The_last_prompt_is_reported_also_where_Patterns_answered()
    {
        await using var simulator = await StartAsync(new SimulatorOptions { HoldPrefill = true });
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        session.Open("$$" + Shop, "file:///nowhere/Shop.cs");
        await session.Client.RequestAsync(Methods.Settled, new NoParams());
        var at = session.Open(Shop.Replace("ArgumentNullException.ThrowIfNull(name);", "ArgumentNullException.$$"));
        Assert.NotNull(await session.GhostAsync(at));
        // On a slow machine the request may not have been sent yet.
        await simulator.Log.CompletionAsync(0, TestContext.Current.CancellationToken);
        var text = (await session.Client.RequestAsync(Methods.LastPrompt, new NoParams()))!.Text;
        Assert.Contains("Made by: patterns", text);
        Assert.Contains("<|fim_middle|>", text);
        simulator.Release();
    }

    [Fact]
    public async Task A_change_of_the_model_is_reported_before_the_next_key()
    {
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = "lmstudio-0.4",
            Models = [new SimulatedModel("qwen2.5-coder-7b-instruct"), new SimulatedModel("starcoder2-7b")],
        });
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        await session.Client.WaitForAsync(Methods.Status, status => status.Model == "qwen2.5-coder-7b-instruct");
        using var named = System.Text.Json.JsonDocument.Parse("""{"assistant":{"completion":{"model":"starcoder2-7b"}}}""");
        session.Client.Notify(Methods.DidChangeConfiguration, new DidChangeConfigurationParams(named.RootElement.Clone()));
        await session.Client.WaitForAsync(Methods.Status, status => status.Model == "starcoder2-7b");
        Assert.Empty(simulator.Log.Completions);
    }

    [Fact]
    public async Task The_next_key_does_not_go_to_another_model_while_one_works_on_the_document()
    {
        var token = TestContext.Current.CancellationToken;
        await using var simulator = await Simulator.StartAsync(new SimulatorOptions
        {
            HoldPrefill = true,
            Models = [new SimulatedModel("qwen2.5-coder-7b-instruct"), new SimulatedModel("starcoder2-7b")],
            Profile = "lmstudio-0.4",
        });
        await using var session = await TestSession.StartAsync(simulator.BaseUrl);
        var at = session.Open(Hole);
        var first = session.CompleteAsync(at);
        await simulator.Log.CompletionAsync(0, token);
        var second = session.CompleteAsync(session.Type(at, "x.y("));
        simulator.Release();
        await simulator.Log.CompletionAsync(1, token);
        await second;
        // The edit ends the first request, and the second request replaces it: either may be answered first.
        var replaced = await Record.ExceptionAsync(() => first);
        Assert.True(replaced is null or RpcException { Error.Code: RpcErrorCodes.ContentModified }, $"{replaced}");
        Assert.All(simulator.Log.Completions, request => Assert.Equal("qwen2.5-coder-7b-instruct", request.Model));
    }

    private static Task<Simulator> StartAsync(SimulatorOptions options) =>
        Simulator.StartAsync(options with { Documents = [Shop], Models = [new SimulatedModel("qwen2.5-coder-7b-instruct")] });
}
