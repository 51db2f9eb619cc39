using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Settings;
using Assistant.Tests.Usage;
using Assistant.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Models;

/// <summary>
/// Settings and loaded models change while requests run: running requests keep their endpoint, queued ones may move, no request is lost.
/// </summary>
public sealed class HotChangeTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Fifty_requests_survive_a_change_of_endpoints_and_the_old_one_is_closed_when_they_are_done()
    {
        await using var before = await StartAsync("qwen2.5-coder-7b-instruct");
        await using var after = await StartAsync("qwen3-coder-30b");
        var records = new ListedRecords();
        var settings = AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At("before", before.BaseUrl)] };
        using var servers = new ModelServices(settings, TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance, records);
        await servers.Router.RouteAsync(ModelTask.ChatCoding, CancellationToken.None);

        // Two requests run and 23 wait; every other one is a chat, the others are embeddings.
        before.Options = before.Options with { HoldAfterTokens = 1 };
        var early = Ask(servers, 25);
        await before.Log.CompletionAsync(0).WaitAsync(Guard, TimeProvider.System);
        servers.Use(settings with { Endpoints = [EndpointSettings.At("after", after.BaseUrl)] });
        var late = Ask(servers, 25);
        before.Release();
        Assert.All(await Task.WhenAll(early.Concat(late)).WaitAsync(Guard, TimeProvider.System), Assert.NotEmpty);
        Assert.All(records.All, record => Assert.Equal(RequestOutcome.Answered, record.Outcome));
        Assert.Equal(50, records.All.Count);
        Assert.Contains(records.All, record => record.Endpoint == "before");
        Assert.Equal(25, records.All.Count(record => record.Endpoint == "after"));

        // The old endpoint gets no more requests.
        var asked = before.Log.All.Count;
        await servers.Chat(ModelTask.ChatCoding).GetResponseAsync("hello");
        Assert.Equal(asked, before.Log.All.Count);
    }

    [Fact]
    public async Task Fifty_requests_survive_a_change_of_preferences_and_of_the_model_that_is_loaded()
    {
        await using var server = await Simulator.StartAsync(Options("lmstudio-0.4") with
        {
            Models =
            [
                new SimulatedModel("qwen2.5-coder-7b-instruct"),
                new SimulatedModel("qwen3-coder-30b"),
                new SimulatedModel("text-embedding-nomic-embed-text-v1.5"),
            ],
        });
        var records = new ListedRecords();
        var settings = AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At("here", server.BaseUrl)] };
        using var servers = new ModelServices(
            Preferring(settings, "qwen2.5"), TimeProvider.System, NullLogger.Instance, NullAuditLog.Instance, records);
        await servers.Router.RouteAsync(ModelTask.ChatCoding, CancellationToken.None);
        server.Options = server.Options with { HoldAfterTokens = 1 };
        var early = Ask(servers, 25);
        await server.Log.CompletionAsync(0).WaitAsync(Guard, TimeProvider.System);
        servers.Use(Preferring(settings, "qwen3"));
        var late = Ask(servers, 25);
        server.Release();
        Assert.All(await Task.WhenAll(early.Concat(late)).WaitAsync(Guard, TimeProvider.System), Assert.NotEmpty);
        Assert.Equal(50, records.All.Count(record => record.Outcome == RequestOutcome.Answered));
        Assert.Contains(records.All, record => record.Model == "qwen2.5-coder-7b-instruct");
        Assert.Contains(records.All, record => record.Model == "qwen3-coder-30b");
    }

    private static AssistantSettings Preferring(AssistantSettings settings, string model)
    {
        var preferences = new Dictionary<string, IReadOnlyList<string>> { ["chatCoding"] = [model] };
        return settings with { Models = settings.Models with { Preferences = preferences } };
    }

    private static Task<Simulator> StartAsync(string model) => Simulator.StartAsync(Options("lmstudio-0.4") with
    {
        Models = [new SimulatedModel(model) { Slots = 2 }, new SimulatedModel("text-embedding-nomic-embed-text-v1.5") { Slots = 2 }],
    });

    private static SimulatorOptions Options(string profile) =>
        new() { Profile = profile, ChatReply = "Hello! How can I assist you today?" };

    /// <summary>Sends chat requests and embedding requests in turn.</summary>
    private static List<Task<string>> Ask(ModelServices servers, int count) =>
        [.. Enumerable.Range(0, count).Select(async index => index % 2 == 0
            ? (await servers.Chat(ModelTask.ChatCoding).GetResponseAsync("hello")).Text
            : (await servers.Embeddings.GenerateAsync(["hello"])).Single().Vector.Length.ToString())];
}
