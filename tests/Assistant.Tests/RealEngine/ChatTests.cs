using System.Text.Json.Nodes;
using Assistant.Inference;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Assistant.Tests.Usage;
using Assistant.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assistant.Tests.RealEngine;

/// <summary>Chat and completion together on a real llama-server: turns, hang-ups, death and overflow.</summary>
[Trait("Category", "RealEngine")]
[Collection("real engine")]
public sealed class ChatTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(120);

    private readonly ListedRecords records = new();

    [Fact]
    public async Task Two_clients_on_one_slot_both_get_their_answers()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var route = await RouteAsync(servers);
        Assert.Equal(1, route.Slots);
        await using var chat = Long(servers).GetAsyncEnumerator();
        Assert.True(await chat.MoveNextAsync());

        var other = servers.Chat(ModelTask.ChatGeneral).GetResponseAsync("Say yes.", new ChatOptions { MaxOutputTokens = 4 });
        var completion = servers.Scheduler.AcquireAsync(route, RequestClass.Completion, "a.cs", CancellationToken.None);
        Assert.False(completion.IsCompleted);
        Assert.Equal(ModelState.Busy, servers.Router.Status.State);
        Assert.Contains("a chat", servers.Router.Status.Message);
        var words = 0;
        while (await chat.MoveNextAsync())
        {
            words++;
        }
        Assert.True(words > 20);
        // The completion is served first, although the other chat was queued before it.
        var lease = await completion.WaitAsync(Guard, TimeProvider.System);
        Assert.False(other.IsCompleted);
        Assert.Equal(ModelState.Up, servers.Router.Status.State);
        lease!.Dispose();
        Assert.NotEmpty((await other.WaitAsync(Guard, TimeProvider.System)).Text);
    }

    [Fact]
    public async Task Hanging_up_a_chat_frees_the_slot_for_a_completion()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        var route = await RouteAsync(servers);
        await using (var chat = Long(servers).GetAsyncEnumerator())
        {
            Assert.True(await chat.MoveNextAsync());
            Assert.True(await IsBusyAsync(engine));
        }
        using var lease = await servers.Scheduler.AcquireAsync(route, RequestClass.Completion, null, CancellationToken.None)
            .WaitAsync(Guard, TimeProvider.System);
        Assert.False(await IsBusyAsync(engine));
        Assert.Equal(RequestOutcome.Answered, records.All.Single().Outcome);
    }

    [Fact]
    public async Task A_kill_in_mid_answer_keeps_the_text_so_far_and_a_restarted_engine_answers()
    {
        await using var engine = await LlamaServer.StartAsync();
        using var servers = Servers(engine);
        await RouteAsync(servers);
        var arrived = "";
        var failure = await Assert.ThrowsAsync<ModelServerException>(async () =>
        {
            await foreach (var update in Long(servers))
            {
                arrived += update.Text;
                if (arrived.Length > 10)
                {
                    await engine.KillAsync();
                }
            }
        });
        Assert.Equal(arrived, failure.Arrived);
        Assert.Contains("incomplete", failure.Message);
        await engine.StartAgainAsync();
        using var guard = new CancellationTokenSource(Guard);
        while (true)
        {
            try
            {
                var yes = await servers.Chat(ModelTask.ChatGeneral).GetResponseAsync(
                    "Say yes.", new ChatOptions { MaxOutputTokens = 4 }, guard.Token);
                Assert.NotEmpty(yes.Text);
                break;
            }
            catch (ModelServerException)
            {
                // The pause after the failure is not over: the request fails at once.
            }
        }
    }

    [Fact]
    public async Task A_conversation_that_does_not_fit_is_shortened_to_the_servers_limit()
    {
        await using var engine = await LlamaServer.StartAsync(contextTokens: 1024);
        using var servers = Servers(engine);
        Assert.Equal(1024, (await RouteAsync(servers)).ContextTokens);
        List<ChatMessage> talk = [new(ChatRole.System, "Answer with one word.")];
        for (var turn = 0; turn < 12; turn++)
        {
            // Each letter is one token, which is three times the estimate.
            talk.Add(new(ChatRole.User, string.Join(' ', Enumerable.Range(turn * 31, 60).Select(number => number.ToString()))));
            talk.Add(new(ChatRole.Assistant, "Noted."));
        }
        talk.Add(new(ChatRole.User, "Say yes."));
        var answer = await servers.Chat(ModelTask.ChatGeneral).GetResponseAsync(talk, new ChatOptions { MaxOutputTokens = 8 })
            .WaitAsync(Guard, TimeProvider.System);
        Assert.NotEmpty(answer.Text);
        Assert.Equal(RequestOutcome.Answered, records.All[^1].Outcome);
        Assert.True(records.All[^1].PromptTokens < 1024);
    }

    [Fact]
    public async Task With_several_slots_a_document_keeps_the_slot_that_has_evaluated_it()
    {
        await using var engine = await LlamaServer.StartAsync(contextTokens: 8192, slots: 2);
        using var servers = Servers(engine);
        Assert.Equal((2, 4096), ((await RouteAsync(servers)).Slots, (await RouteAsync(servers)).ContextTokens));
        int?[] cached = [await AskAsync("one"), await AskAsync("two"), await AskAsync("one"), await AskAsync("two")];
        Assert.True(cached[2] > 400 && cached[3] > 400, string.Join(' ', cached));

        async Task<int?> AskAsync(string document)
        {
            var options =
                new ChatOptions { MaxOutputTokens = 2, AdditionalProperties = new() { [ChatRequestOptions.Document] = document } };
            var text = string.Join('\n', Enumerable.Range(0, 60).Select(line => $"line {line} of document {document}"));
            await servers.Chat(ModelTask.ChatGeneral).GetResponseAsync(text, options);
            return records.All[^1].CachedTokens;
        }
    }

    private static IAsyncEnumerable<ChatResponseUpdate> Long(ModelServices servers) =>
        servers.Chat(ModelTask.ChatGeneral).GetStreamingResponseAsync(
            "Write a long story about a compiler.", new ChatOptions { MaxOutputTokens = 60 });

    private ModelServices Servers(LlamaServer engine) =>
        new(
            AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At("engine", engine.BaseUrl)] }, TimeProvider.System,
            NullLogger.Instance, NullAuditLog.Instance, records);

    private static async Task<ModelRoute> RouteAsync(ModelServices servers) =>
        (await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None).WaitAsync(Guard, TimeProvider.System)).Route!;

    private static async Task<bool> IsBusyAsync(LlamaServer engine)
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(engine.BaseUrl, "../slots")))!.AsArray()
            .Any(slot => (bool)slot!["is_processing"]!);
    }
}
