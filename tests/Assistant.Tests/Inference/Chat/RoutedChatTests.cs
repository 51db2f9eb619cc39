using Assistant.Inference;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Usage;
using Microsoft.Extensions.AI;
using Polly;

namespace Assistant.Tests.Inference.Chat;

public sealed class RoutedChatTests
{
    [Theory]
    [InlineData("hello .", "", "hello")]
    [InlineData("!Down", "fine .", "fine")]
    [InlineData("!Refused", "fine .", "fine")]
    [InlineData("", "fine .", "fine")]
    [InlineData("!Down", "!Unauthorized", "Down")]
    [InlineData("begun !Idle", "fine .", "begun Idle")]
    [InlineData("begun", "fine .", "begun CutShort")]
    public async Task A_failure_before_any_content_is_tried_elsewhere(string a, string b, string expected)
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", [a]), ("b", [b]));
        Assert.Equal(expected, await StreamAsync(servers.Chat()));
    }

    [Theory]
    [InlineData("begun !Idle", "fine .", "fine")]
    [InlineData("begun !Idle", "begun !Down", "Idle")]
    public async Task A_whole_answer_is_tried_elsewhere_until_it_is_complete(string a, string b, string expected)
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", [a]), ("b", [b]));
        Assert.Equal(expected, await WholeAsync(servers.Chat()));
    }

    [Fact]
    public async Task A_broken_answer_keeps_the_text_received_so_far()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", ["one two !Idle"]));
        var failure = await Assert.ThrowsAsync<ModelServerException>(async () =>
        {
            await foreach (var _ in servers.Chat().GetStreamingResponseAsync("hello"))
            {
            }
        });
        Assert.Equal(
            ("onetwo", "the server's words about Idle The answer is incomplete.", "the remedy"),
            (failure.Arrived, failure.Message, failure.Remedy));
    }

    [Fact]
    public async Task At_most_three_routes_are_tried()
    {
        using var servers = new ScriptedServers(
            TimeProvider.System, ("a", ["!Down"]), ("b", ["!Down"]), ("c", ["!Down"]), ("d", ["fine ."]));
        Assert.Equal("Down", await StreamAsync(servers.Chat()));
        Assert.Equal(["a", "b", "c"], servers.Sent.Select(sent => sent.Endpoint));
    }

    [Fact]
    public async Task Without_a_server_the_error_has_a_remedy()
    {
        using var servers = new ScriptedServers(TimeProvider.System);
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => servers.Chat().GetResponseAsync("hello"));
        Assert.Equal((ModelFault.Down, "no server", "start one"), (failure.Fault, failure.Message, failure.Remedy));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_a_second_later()
    {
        var clock = new FakeClock();
        using var servers = new ScriptedServers(clock, ("a", ["!Busy", "fine ."]));
        var answer = WholeAsync(servers.Chat());
        await clock.WhenTimersAsync(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("fine", await answer);
    }

    [Theory]
    [InlineData("cloud", "cloud2", "fine")]
    [InlineData("cloud", "local", "held")]
    [InlineData("local", "cloud", "held")]
    public async Task A_slow_cloud_is_hedged_by_another_cloud_and_never_by_this_machine(string one, string other, string expected)
    {
        var clock = new FakeClock();
        using var servers = new ScriptedServers(clock, (one, ["hold held ."]), (other, ["fine ."]));
        var answer = StreamAsync(servers.Chat());
        if (one == "cloud")
        {
            await clock.WhenTimersAsync(1);
        }
        clock.Advance(TimeSpan.FromSeconds(5));
        if (expected == "held")
        {
            servers.Go();
        }
        Assert.Equal(expected, await answer);
        Assert.Equal(expected == "fine" ? [one, other] : [one], servers.Sent.Select(sent => sent.Endpoint));
    }

    [Theory]
    // The only route is slow and then fails: the error is its failure, not the lack of a second route.
    [InlineData("cloud", null, "Refused", "cloud")]
    // This machine gets no request in parallel to a slow cloud, but it gets one after the cloud's failure.
    [InlineData("cloud", "local", "fine", "cloud local")]
    public async Task After_a_slow_clouds_failure_another_route_answers_or_the_failure_is_the_error(
        string one, string? other, string expected, string asked)
    {
        var clock = new FakeClock();
        (string, string[])[] second = other is null ? [] : [(other, ["fine ."])];
        using var servers = new ScriptedServers(clock, [(one, ["hold !Refused"]), .. second]);
        var answer = StreamAsync(servers.Chat());
        await clock.WhenTimersAsync(1);
        clock.Advance(TimeSpan.FromSeconds(5));
        servers.Go();
        Assert.Equal(expected, await answer);
        Assert.Equal(asked, string.Join(' ', servers.Sent.Select(sent => sent.Endpoint)));
    }

    [Fact]
    public async Task A_slow_cloud_is_hedged_only_if_an_attempt_is_left()
    {
        var clock = new FakeClock();
        using var servers = new ScriptedServers(clock, ("cloud", []), ("cloud2", []));
        var begun = new List<string>();
        var go = new TaskCompletionSource();
        var answer = servers.Chain.OpenAsync(
            new RouteRequest(ModelTask.ChatCoding), RequestClass.Chat, ResiliencePipeline.Empty, new AttemptBudget(1),
            async (lease, _) =>
            {
                begun.Add(lease.Route.Endpoint.Name);
                await go.Task;
                lease.Dispose();
                return "answer";
            },
            CancellationToken.None);
        await clock.WhenTimersAsync(1);
        clock.Advance(TimeSpan.FromSeconds(5));
        go.SetResult();
        Assert.Equal("answer", await answer);
        Assert.Equal(["cloud"], begun);
    }

    [Fact]
    public async Task The_first_of_two_parallel_failures_is_the_error()
    {
        var clock = new FakeClock();
        using var servers = new ScriptedServers(clock, ("cloud", []), ("cloud2", []));
        var (slow, second) = (new TaskCompletionSource<string>(), new TaskCompletionSource<string>());
        var (begun, secondFailed) = (new TaskCompletionSource(), new TaskCompletionSource());
        servers.Scheduler.Idle += endpoint =>
        {
            if (endpoint.Name == "cloud2")
            {
                secondFailed.TrySetResult();
            }
        };
        var answer = servers.Chain.OpenAsync(
            new RouteRequest(ModelTask.ChatCoding), RequestClass.Chat, ResiliencePipeline.Empty, new AttemptBudget(AttemptBudget.Chat),
            (lease, _) =>
            {
                if (lease.Route.Endpoint.Name == "cloud")
                {
                    return slow.Task;
                }
                begun.SetResult();
                return second.Task;
            },
            CancellationToken.None);
        await clock.WhenTimersAsync(1);
        clock.Advance(TimeSpan.FromSeconds(5));
        await begun.Task;
        second.SetException(new ModelServerException(ModelFault.Unauthorized, "first", ""));
        await secondFailed.Task;
        slow.SetException(new ModelServerException(ModelFault.Refused, "later", ""));
        Assert.Equal("first", (await Assert.ThrowsAsync<ModelServerException>(() => answer)).Message);
    }

    [Fact]
    public async Task An_answer_names_its_route()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("cloud", ["hello ."]));
        var answer = await servers.Chat().GetResponseAsync("hello");
        Assert.Equal(
            ("model-cloud", "cloud", true),
            (answer.ModelId,
                answer.AdditionalProperties![ChatRequestOptions.Endpoint],
                answer.AdditionalProperties[ChatRequestOptions.LeftMachine]));
    }

    [Fact]
    public async Task Each_request_leaves_one_record()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", ["!Down", "hold"]), ("b", ["hello ."]));
        await WholeAsync(servers.Chat(ModelTask.Review));
        using var cancel = new CancellationTokenSource();
        var cancelled = servers.Chat().GetResponseAsync("hello", cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(
            [
                ("a", ModelTask.Review, RequestOutcome.Failed, ModelFault.Down),
                ("b", ModelTask.Review, RequestOutcome.Answered, null),
                ("a", ModelTask.ChatCoding, RequestOutcome.Cancelled, null),
            ],
            servers.Kept.Select(kept => (kept.Endpoint, kept.Task, kept.Outcome, kept.Fault)));
        Assert.Equal((10, 2), (servers.Kept[1].PromptTokens, servers.Kept[1].CompletionTokens));
    }

    [Fact]
    public async Task A_reader_that_stops_early_closes_the_request_and_frees_its_slot()
    {
        var clock = new FakeClock();
        using var servers = new ScriptedServers(clock, ("a", ["one hold"]));
        await foreach (var _ in servers.Chat().GetStreamingResponseAsync("hello"))
        {
            break;
        }
        var next = servers.Scheduler.AcquireAsync(
            servers.Route("a") with { Kind = Assistant.Settings.EndpointKind.LmStudio }, RequestClass.Chat, null, CancellationToken.None);
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        Assert.NotNull(await next);
    }

    [Fact]
    public async Task A_small_context_drops_the_oldest_turns()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", [])) { ContextTokens = 2_048 };
        await servers.Chat().GetResponseAsync(Talk(turns: 10));
        var sent = servers.Sent.Single().Messages;
        Assert.Equal(["system rules", "question 9"], [sent[0].Text, sent[^1].Text]);
        Assert.InRange(sent.Count, 3, 10);
        Assert.Equal(ChatRole.User, sent[1].Role);
    }

    [Fact]
    public async Task A_prompt_that_overflows_is_shortened_once()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", ["!ContextOverflow", "fine ."]));
        Assert.Equal("fine", await WholeAsync(servers.Chat(), Talk(turns: 10)));
        Assert.Equal(["a", "a"], servers.Sent.Select(sent => sent.Endpoint));
        Assert.True(servers.Sent[1].Messages.Count < servers.Sent[0].Messages.Count);
    }

    [Fact]
    public async Task An_overflow_of_a_prompt_that_cannot_be_shortened_is_reported()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", ["!ContextOverflow", "fine ."]));
        Assert.Equal("ContextOverflow", await WholeAsync(servers.Chat(), [new ChatMessage(ChatRole.User, new string('x', 60_000))]));
        Assert.Single(servers.Sent);
    }

    [Fact]
    public async Task An_empty_answer_to_a_full_prompt_is_an_overflow()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", [".", "fine ."])) { ContextTokens = 2_048 };
        Assert.Equal("fine", await WholeAsync(servers.Chat(), Talk(turns: 10)));
        Assert.Equal(2, servers.Sent.Count);
    }

    [Fact]
    public async Task An_empty_answer_to_a_short_prompt_is_an_answer()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", ["."]));
        Assert.Equal("", await WholeAsync(servers.Chat()));
    }

    [Fact]
    public async Task Embeddings_are_tried_elsewhere_only_with_the_same_model()
    {
        using var servers = new ScriptedServers(TimeProvider.System, ("a", ["!Refused"]), ("b", []));
        var failure = await Assert.ThrowsAsync<ModelServerException>(() => servers.Embeddings.GenerateAsync(["one"]));
        Assert.Equal(ModelFault.Refused, failure.Fault);
        Assert.Equal(3, (await servers.Embeddings.GenerateAsync(["one"])).Single().Vector.Span[0]);
    }

    private static List<ChatMessage> Talk(int turns)
    {
        List<ChatMessage> talk = [new(ChatRole.System, "system rules")];
        for (var turn = 0; turn < turns; turn++)
        {
            talk.Add(new(ChatRole.User, $"question {turn}"));
            if (turn < turns - 1)
            {
                talk.Add(new(ChatRole.Assistant, new string('a', 1_000)));
            }
        }
        return talk;
    }

    private static async Task<string> StreamAsync(IChatClient chat)
    {
        var words = new List<string>();
        try
        {
            await foreach (var update in chat.GetStreamingResponseAsync("hello"))
            {
                words.Add(update.Text);
            }
        }
        catch (ModelServerException failure)
        {
            words.Add(failure.Fault.ToString());
        }
        return string.Join(' ', words.Where(word => word.Length > 0));
    }

    private static async Task<string> WholeAsync(IChatClient chat, IEnumerable<ChatMessage>? messages = null)
    {
        try
        {
            return (await chat.GetResponseAsync(messages ?? [new ChatMessage(ChatRole.User, "hello")])).Text;
        }
        catch (ModelServerException failure)
        {
            return failure.Fault.ToString();
        }
    }
}
