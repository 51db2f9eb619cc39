using Assistant.Completion;
using Assistant.ModelServers;
using Assistant.Models;
using Assistant.Patterns;
using Assistant.Settings;
using Assistant.Tests.Completion;
using Assistant.Tests.Matrix;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Models;

/// <summary>
/// All layers that retry share one budget: a request costs no more HTTP requests than it, and the error is the first failure.
/// </summary>
public sealed class AttemptBudgetTests
{
    private const string Chat = "qwen3-coder-30b";

    /// <summary>Each row holds a fault for each server, the number of HTTP requests, and a part of the error message.</summary>
    [Theory]
    [InlineData("ServerBusy", 4, "maximum pending requests exceeded")]
    [InlineData("ServerBusy ServerBusy", 6, "maximum pending requests exceeded")]
    [InlineData("ServerBusy ServerBusy ServerBusy", 6, "maximum pending requests exceeded")]
    [InlineData("ServerBusy ServerBusy ServerBusy None", 6, "maximum pending requests exceeded")]
    [InlineData("ServerBusy None", 2, "")]
    [InlineData("ContextOverflow ContextOverflow ContextOverflow", 6, "maximum context length")]
    [InlineData("ServerBusy ContextOverflow ContextOverflow", 6, "maximum pending requests exceeded")]
    [InlineData("ContextOverflow ServerBusy ServerBusy", 4, "maximum context length")]
    public async Task A_chat_costs_no_more_requests_than_its_budget(string faults, int requests, string words)
    {
        await using var servers = await Servers.StartAsync(faults);
        var talk = Enumerable.Range(0, 20).SelectMany(turn => (ChatMessage[])
                [new(ChatRole.User, $"question {turn}"), new(ChatRole.Assistant, new string('a', 1_000))])
            .Append(new ChatMessage(ChatRole.User, "question"));
        Assert.Contains(
            words, await servers.ErrorAsync(models => models.Chat(ModelTask.ChatCoding).GetResponseAsync(talk)), StringComparison.Ordinal);
        Assert.Equal(requests, servers.Posts.Count);
    }

    [Theory]
    [InlineData("TemplateError TemplateError TemplateError", 6, "Error rendering prompt")]
    [InlineData("ServerBusy TemplateError TemplateError", 6, "maximum pending requests exceeded")]
    public async Task A_request_in_another_tool_call_mode_is_an_attempt(string faults, int requests, string words)
    {
        await using var servers = await Servers.StartAsync(faults);
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string path) => path, "read_file")] };
        Assert.Contains(words, await servers.ErrorAsync(models => models.Chat(ModelTask.ChatCoding).GetResponseAsync("hello", options)));
        // The count leaves out the background probe's requests, which contain the tool get_weather.
        Assert.Equal(requests, servers.All.Sum(server => server.Log.Completions.Count(request => !request.Body.Contains("get_weather"))));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 6)]
    [InlineData(4, 6)]
    public async Task A_refused_connection_is_an_attempt(int servers, int requests)
    {
        await using var gone = await Servers.StartAsync(string.Join(' ', Enumerable.Repeat("None", servers)));
        await gone.StopAsync(ModelTask.ChatCoding);
        var error = await gone.ErrorAsync(models => models.Chat(ModelTask.ChatCoding).GetResponseAsync("hello"));
        Assert.Contains("server 0", error);
        // A pooled connection that a stopped server closed may fail in place of the first refused one: such a failure is not retried.
        Assert.InRange(gone.Posts.Count, Math.Min(servers, 3), requests);
    }

    [Theory]
    [InlineData("ServerBusy", 4)]
    [InlineData("ServerBusy ServerBusy ServerBusy", 6)]
    public async Task Embeddings_cost_no_more_requests_than_their_budget(string faults, int requests)
    {
        await using var servers = await Servers.StartAsync(faults, "nomic-embed-text");
        Assert.Contains("maximum pending requests exceeded", await servers.ErrorAsync(models => models.Embeddings.GenerateAsync(["one"])));
        Assert.Equal(requests, servers.Posts.Count);
    }

    [Fact]
    public async Task Embeddings_at_dead_servers_cost_no_more_requests_than_their_budget()
    {
        await using var gone = await Servers.StartAsync("None None None", "nomic-embed-text");
        await gone.StopAsync(ModelTask.Embed);
        Assert.Contains(
            "cannot be reached", await gone.ErrorAsync(models => models.Embeddings.GenerateAsync(["one"])), StringComparison.Ordinal);
        Assert.InRange(gone.Posts.Count, 1, AttemptBudget.Embeddings);
    }

    [Fact]
    public async Task The_batches_of_many_texts_are_one_attempt()
    {
        await using var servers = await Servers.StartAsync("None", "nomic-embed-text");
        string[] texts = [.. Enumerable.Range(0, 32 * 10).Select(number => $"text {number}")];
        Assert.Equal("", await servers.ErrorAsync(models => models.Embeddings.GenerateAsync(texts)));
        Assert.Equal(10, servers.Posts.Count);
    }

    [Theory]
    [InlineData("ServerBusy ServerBusy ServerBusy ServerBusy", false, 3, "maximum pending requests exceeded")]
    [InlineData("None None None", true, 6, "cannot be reached")]
    public async Task A_completion_costs_no_more_requests_than_its_budget(string faults, bool gone, int requests, string words)
    {
        await using var servers = await Servers.StartAsync(faults, "qwen2.5-coder-7b");
        if (gone)
        {
            await servers.StopAsync(ModelTask.Completion);
        }
        var models = servers.Models;
        var completion = new InlineCompletion(
            models.Router, models.Fim, models.Scheduler, new PatternIndex(), new NoVerifier(), servers.Clock,
            NullLogger<InlineCompletion>.Instance);
        var query = MarkedQuery.Of("class C\n{\n    int Sum(int a, int b)\n    {\n        return $$\n    }\n}\n", CompletionTrigger.Final);
        var answer = await completion.SuggestAsync(
            query, AssistantSettings.Defaults.Completion, CancellationToken.None).WaitAsync(Served.Guard, TimeProvider.System);
        Assert.Contains(words, Assert.IsType<NoSuggestion>(answer).Detail, StringComparison.Ordinal);
        // A pooled connection that a stopped server closed may fail in place of the first refused one: such a failure is not retried.
        Assert.InRange(servers.Posts.Count, gone ? servers.All.Count : requests, requests);
    }

    [Fact]
    public void No_attempt_is_taken_twice()
    {
        var budget = new AttemptBudget(3);
        var taken = 0;
        Parallel.For(0, 100, _ => Interlocked.Add(ref taken, budget.TryTake() ? 1 : 0));
        Assert.Equal((3, 0), (taken, budget.Left));
    }

    /// <summary>Simulated servers, each with its fault, and the model layer on them; the clock skips the pauses before retries.</summary>
    private sealed class Servers : IAsyncDisposable
    {
        private Servers(IReadOnlyList<Simulator> all, AssistantSettings settings)
        {
            All = all;
            Models = new ModelServices(settings, Clock, NullLogger.Instance, NullAuditLog.Instance);
            Posts = new HttpPosts(settings.Endpoints);
        }

        public IReadOnlyList<Simulator> All { get; }

        public HastyClock Clock { get; } = new();

        public ModelServices Models { get; }

        public HttpPosts Posts { get; }

        public static async Task<Servers> StartAsync(string faults, string model = Chat)
        {
            var all = new List<Simulator>();
            foreach (var fault in faults.Split(' '))
            {
                all.Add(await Simulator.StartAsync(
                    new SimulatorOptions { Profile = "vllm", Models = [new SimulatedModel(model)], Fault = Enum.Parse<Fault>(fault) }));
            }
            return new Servers(all, AssistantSettings.Defaults with
            {
                Endpoints = [.. all.Select((server, index) => EndpointSettings.At($"server {index}", server.BaseUrl))],
            });
        }

        /// <summary>Stops the servers after the router has read their catalogs.</summary>
        public async Task StopAsync(ModelTask task)
        {
            Assert.NotNull((await Models.Router.RouteAsync(task, CancellationToken.None)).Route);
            foreach (var server in All)
            {
                await server.DisposeAsync();
            }
        }

        /// <summary>The message of the failure; empty without a failure.</summary>
        public async Task<string> ErrorAsync(Func<ModelServices, Task> ask)
        {
            try
            {
                await ask(Models).WaitAsync(Served.Guard, TimeProvider.System);
                return "";
            }
            catch (ModelServerException failure)
            {
                return failure.Message;
            }
        }

        public async ValueTask DisposeAsync()
        {
            Posts.Dispose();
            Models.Dispose();
            foreach (var server in All)
            {
                await server.DisposeAsync();
            }
        }
    }
}
