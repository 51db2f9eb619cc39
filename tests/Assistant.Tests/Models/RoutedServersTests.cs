using Assistant.Inference;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Models;
using Assistant.Routing;
using Assistant.Settings;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using ModelServerSimulator;

namespace Assistant.Tests.Models;

/// <summary>Chat and completion through <see cref="ModelServices"/>, against simulated servers.</summary>
public sealed class RoutedServersTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_for_a_named_model_waits_for_its_load()
    {
        var (clock, loading) = (new FakeClock(), new FakeClock());
        await using var server = await Simulator.StartAsync(new SimulatorOptions
        {
            Profile = "lmstudio-0.4",
            Models = [new SimulatedModel("qwen3-coder-30b") { Loaded = false, LoadDelay = TimeSpan.FromMinutes(5) }],
            Clock = loading,
        });
        using var servers = Servers(clock, server);
        var unnamed = await Assert.ThrowsAsync<ModelServerException>(() => servers.Chat(ModelTask.ChatCoding).GetResponseAsync("hello"));
        Assert.Equal(ModelFault.NoModelLoaded, unnamed.Fault);
        Assert.Empty(server.Log.Completions);
        var named = servers.Chat(ModelTask.ChatCoding).GetResponseAsync("hello", new ChatOptions { ModelId = "qwen3-coder-30b" });
        await loading.WhenTimersAsync(1);
        clock.Advance(TimeSpan.FromMinutes(5));
        loading.Advance(TimeSpan.FromMinutes(5));
        Assert.NotEmpty((await named.WaitAsync(Guard, TimeProvider.System)).Text);
    }

    [Fact]
    public async Task While_one_server_hangs_the_other_answers_and_the_first_is_found_again()
    {
        await using var silent = await Simulator.StartAsync(Served.Options("llamacpp"));
        await using var other = await Simulator.StartAsync(Served.Options("llamacpp"));
        var clock = new FakeClock();
        using var servers = Servers(clock, silent, other);
        Assert.Equal("server 0", await AskAsync());
        silent.Options = silent.Options with { Fault = Fault.Wedge, FaultAfterTokens = 0 };
        // The first server gets the request and hangs; the second one answers the same request.
        var tried = AskAsync();
        await silent.Log.CompletionAsync(1).WaitAsync(Guard, TimeProvider.System);
        clock.Advance(EndpointSettings.DefaultFirstByteTimeout + TimeSpan.FromSeconds(1));
        Assert.Equal("server 1", await tried);
        for (var request = 0; request < 5; request++)
        {
            Assert.Equal("server 1", await AskAsync());
        }
        silent.Options = silent.Options with { Fault = Fault.None };
        await silent.RestartAsync();
        // Longer than the pause after failures. Requests and background probes find the server again, so the test can only wait for
        // answers.
        clock.Advance(TimeSpan.FromSeconds(10));
        using var guard = new CancellationTokenSource(Guard);
        while (await AskAsync() != "server 0")
        {
            guard.Token.ThrowIfCancellationRequested();
        }

        async Task<string> AskAsync()
        {
            var answer = await servers.Chat(ModelTask.ChatGeneral).GetResponseAsync("hello").WaitAsync(Guard, TimeProvider.System);
            return (string)answer.AdditionalProperties![ChatRequestOptions.Endpoint]!;
        }
    }

    [Fact]
    public async Task Chats_and_completions_take_turns_on_one_slot()
    {
        await using var server = await Simulator.StartAsync(Served.Options("llamacpp") with { HoldAfterTokens = 1 });
        using var servers = Servers(TimeProvider.System, server);
        var route = (await servers.Router.RouteAsync(ModelTask.Completion, CancellationToken.None)).Route!;
        var chat = servers.Chat(ModelTask.ChatGeneral).GetResponseAsync("hello");
        await server.Log.CompletionAsync(0).WaitAsync(Guard, TimeProvider.System);
        var completion = servers.Scheduler.AcquireAsync(route, RequestClass.Completion, "a.cs", CancellationToken.None);
        Assert.Equal(ModelState.Busy, servers.Router.Status.State);
        server.Release();
        Assert.NotEmpty((await chat.WaitAsync(Guard, TimeProvider.System)).Text);
        (await completion.WaitAsync(Guard, TimeProvider.System))!.Dispose();
        Assert.Equal(ModelState.Up, servers.Router.Status.State);
    }

    [Theory]
    [InlineData("my-helper", "deepseek-r1", "Hello!", "I think.")]
    [InlineData("my-helper", "qwen2.5-coder", "I think.</think>Hello!", "")]
    public async Task The_family_that_the_user_sets_separates_the_reasoning_from_the_answer(
        string alias, string family, string text, string reasoning)
    {
        // The chat template of such a model puts the opening tag into the prompt, so the answer has only the closing tag.
        await using var server = await Simulator.StartAsync(
            new SimulatorOptions { Models = [new SimulatedModel(alias)], ChatReply = "I think.</think>Hello!" });
        var settings = AssistantSettings.Defaults with { Endpoints = [EndpointSettings.At("here", server.BaseUrl)] };
        using var servers = new ModelServices(
            settings with { Models = settings.Models with { Families = new Dictionary<string, string> { [alias] = family } } },
            TimeProvider.System,
            NullLogger.Instance,
            NullAuditLog.Instance);
        var answer = await servers.Chat(ModelTask.ChatGeneral).GetResponseAsync("hello").WaitAsync(Guard, TimeProvider.System);
        Assert.Equal(text, answer.Text);
        Assert.Equal(
            reasoning,
            string.Concat(answer.Messages.SelectMany(message => message.Contents)
                .OfType<TextReasoningContent>().Select(content => content.Text)));
    }

    [Fact]
    public void An_endpoint_that_the_settings_drop_is_closed_when_it_is_idle()
    {
        var clock = new FakeClock();
        using var registry = new EndpointRegistry(clock, NullLogger.Instance, NullAuditLog.Instance);
        var (left, kept) = (
            EndpointSettings.At("left", new Uri("http://127.0.0.1:9")), EndpointSettings.At("kept", new Uri("http://127.0.0.1:10")));
        registry.Use(AssistantSettings.Defaults with { Endpoints = [left, kept] });
        var (first, second) = (registry.Of(left), registry.Of(kept));
        registry.Use(AssistantSettings.Defaults with { Endpoints = [kept] });
        Assert.Equal([left], registry.Left);
        registry.CloseIfLeft(left);
        registry.CloseIfLeft(kept);
        Assert.Empty(registry.Left);
        Assert.NotSame(first, registry.Of(left));
        Assert.Same(second, registry.Of(kept));
    }

    private static ModelServices Servers(TimeProvider clock, params Simulator[] simulators) => new(
        AssistantSettings.Defaults with
        {
            Endpoints = [.. simulators.Select((simulator, index) => EndpointSettings.At($"server {index}", simulator.BaseUrl))],
        },
        clock,
        NullLogger.Instance,
        NullAuditLog.Instance);
}
