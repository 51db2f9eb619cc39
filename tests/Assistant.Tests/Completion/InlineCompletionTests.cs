using Assistant.Completion;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Microsoft.CodeAnalysis.Text;

namespace Assistant.Tests.Completion;

/// <summary>The lives of generations that are joined, followed, replaced and closed, on a clock that the test moves.</summary>
public sealed class InlineCompletionTests : CompletionScene
{
    [Fact]
    public async Task The_models_answer_is_shown()
    {
        var answer = AskAsync(Hole);
        var request = await Fim.NextAsync();
        request.Say("a + b;\n");
        await CheckAsync(answer, "a + b;");
        await request.ClosedAsync();
    }

    [Fact]
    public async Task A_cancel_ends_the_wait_and_the_next_query_is_served_from_the_same_stream()
    {
        using var cancel = new CancellationTokenSource();
        var first = AskAsync(Hole, cancel.Token);
        var request = await Fim.NextAsync();
        request.Say("a ");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var second = AskAsync(Hole.Replace("$$", "a$$"));
        request.Say("+ b;\n");
        await CheckAsync(second, " + b;");
        Assert.Single(Fim.All);
    }

    [Fact]
    public async Task A_cancelled_query_that_comes_late_leaves_the_newer_querys_generation_alone()
    {
        Settings = Settings with { Debounce = TimeSpan.FromMilliseconds(75) };
        var newer = AskAsync(Hole.Replace("$$", "a$$"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(Hole, new CancellationToken(canceled: true)));
        Clock.Advance(TimeSpan.FromMilliseconds(75));
        (await Fim.NextAsync()).Say("a + b;\n");
        await CheckAsync(newer, " + b;");
    }

    [Fact]
    public async Task A_query_that_is_cancelled_after_a_failure_asks_no_other_model()
    {
        Fim.Endpoints = ["one", "two"];
        using var cancel = new CancellationTokenSource();
        Fim.RouteSought = request =>
        {
            if (request.Except is not null)
            {
                cancel.Cancel();
            }
        };
        var answer = AskAsync(Hole, cancel.Token);
        (await Fim.NextAsync()).Fail(ModelFault.Down);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Single(Fim.All);
    }

    [Fact]
    public async Task A_delivered_answer_has_its_whole_trace()
    {
        var (text, _) = LearnPattern();
        Fim.Status = Fim.Status with { State = ModelState.Down };
        await AskAsync(text);
        string[] stages = [];
        // The search behind the known answer begins after its delivery.
        Fim.RouteSought = _ => stages = [.. Completion.LastAnswer!.Trace.Stages.Select(stage => stage.Stage)];
        await AskAsync(text);
        Assert.Contains("total", stages);
    }

    [Fact]
    public async Task A_stream_is_closed_with_its_document_though_its_first_line_is_on_the_screen()
    {
        var answer = AskAsync("class C\n{\n    void M(int[] xs)\n    {\n        $$\n    }\n}\n");
        var request = await Fim.NextAsync();
        await request.SaidAsync("foreach (var x in xs)\n");
        Clock.Advance(TimeSpan.FromMilliseconds(400));
        Assert.True(Assert.IsType<Suggestion>(await answer).Partial);
        Completion.DocumentClosed("file:///other.cs");
        Assert.False(request.Closed.Task.IsCompleted);
        Completion.DocumentClosed("file:///C.cs");
        await request.ClosedAsync();
    }

    [Fact]
    public async Task Without_a_next_query_the_stream_is_closed_after_150_ms()
    {
        using var cancel = new CancellationTokenSource();
        var first = AskAsync(Hole, cancel.Token);
        var request = await Fim.NextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(request.Closed.Task.IsCompleted);
        await Clock.WhenTimersAsync(1);
        Clock.Advance(TimeSpan.FromMilliseconds(150));
        await request.ClosedAsync();
    }

    [Fact]
    public async Task An_edit_that_disagrees_closes_the_stream_at_once()
    {
        var first = AskAsync(Hole);
        var request = await Fim.NextAsync();
        await request.SaidAsync("a + ");
        Completion.Edited("file:///C.cs", SourceText.From(Hole.Replace("$$", "a")));
        Assert.False(request.Closed.Task.IsCompleted);
        Completion.Edited("file:///C.cs", SourceText.From(Hole.Replace("$$", "ax")));
        await request.ClosedAsync();
        Assert.False(first.IsFaulted);
    }

    [Fact]
    public async Task A_query_that_disagrees_closes_the_stream_and_starts_another()
    {
        var first = AskAsync(Hole);
        var request = await Fim.NextAsync();
        await request.SaidAsync("a + ");
        var second = AskAsync(Hole.Replace("$$", "b$$"));
        await request.ClosedAsync();
        var next = await Fim.NextAsync();
        next.Say("b * a;\n");
        await CheckAsync(second, " * a;");
        Assert.False(first.IsFaulted);
    }

    [Fact]
    public async Task Typing_over_a_closer_of_the_editor_keeps_the_suggestion()
    {
        var answer = AskAsync(Hole);
        var request = await Fim.NextAsync();
        request.Say("Math.Max(a, b);\n");
        await CheckAsync(answer, "Math.Max(a, b);");
        await CheckAsync(AskAsync(Hole.Replace("$$", "Math.Max($$)")), "a, b);", replaced: ")");
        await CheckAsync(AskAsync(Hole.Replace("$$", "Math.Max(a, b)$$")), ";");
        Assert.Single(Fim.All);
    }

    [Fact]
    public async Task A_failure_is_a_reason_with_the_servers_message()
    {
        var answer = AskAsync(Hole);
        (await Fim.NextAsync()).Fail(ModelFault.CutShort);
        var none = Assert.IsType<NoSuggestion>(await answer);
        Assert.Equal(NoSuggestionReason.ModelFailed, none.Reason);
        Assert.Contains("the server's words", none.Detail);
    }

    [Fact]
    public async Task A_rejected_answer_is_withheld_with_its_raw_text()
    {
        var answer = AskAsync(Hole);
        var request = await Fim.NextAsync();
        request.Say("```");
        request.End();
        var none = Assert.IsType<NoSuggestion>(await answer);
        Assert.Equal(NoSuggestionReason.Withheld, none.Reason);
        Assert.Equal("```", none.Source!.Raw);
    }

    [Fact]
    public async Task A_first_line_is_shown_after_400_ms_and_the_rest_is_announced()
    {
        var better = new TaskCompletionSource<BetterAnswer>();
        Completion.BetterFound += better.SetResult;
        var text = "class C\n{\n    void M(int[] xs)\n    {\n        $$\n    }\n}\n";
        var answer = AskAsync(text);
        var request = await Fim.NextAsync();
        await request.SaidAsync("foreach (var x in xs)\n");
        Clock.Advance(TimeSpan.FromMilliseconds(400));
        var shown = Assert.IsType<Suggestion>(await answer);
        Assert.StartsWith("foreach (var x in xs)", shown.Text);
        Assert.True(shown.Partial);

        request.Say("        {\n            Use(x);\n        }\n");
        request.End();
        Assert.Equal(1, (await better.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)).Version);
        await CheckAsync(AskAsync(text), "foreach (var x in xs)\n        {\n            Use(x);\n        }");
        Assert.Single(Fim.All);
    }

    [Fact]
    public async Task A_model_that_disagrees_with_the_suggestion_on_the_screen_is_closed()
    {
        var (text, _) = LearnPattern();
        var answer = AskAsync(text);
        var request = await Fim.NextAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await answer).Source.Engine);
        request.Say("something else");
        await request.ClosedAsync();
    }

    [Fact]
    public async Task Without_a_grammar_the_second_request_holds_the_typed_text()
    {
        Fim.Grammar = false;
        var answer = AskAsync(Hole.Replace("$$", "va$$"));
        var request = await Fim.NextAsync();
        Assert.EndsWith("return", request.Request.Prompt);
        request.Say(" other;\n");
        var second = await Fim.NextAsync();
        Assert.Contains("return va", second.Request.Prompt);
        second.Say("lue;\n");
        await CheckAsync(answer, "lue;");
    }

    [Fact]
    public async Task A_model_that_fails_before_its_first_output_is_followed_by_the_next()
    {
        Fim.Endpoints = ["one", "two"];
        var answer = AskAsync(Hole);
        (await Fim.NextAsync()).Fail(ModelFault.Down);
        var second = await Fim.NextAsync();
        Assert.Equal("two", second.Route.Endpoint.Name);
        second.Say("a + b;\n");
        await CheckAsync(answer, "a + b;");
    }

    [Fact]
    public async Task A_model_that_fails_in_mid_answer_is_followed_by_the_next_if_no_text_was_shown()
    {
        Fim.Endpoints = ["one", "two"];
        var answer = AskAsync(Hole);
        var request = await Fim.NextAsync();
        await request.SaidAsync("a ");
        request.Fail(ModelFault.Idle);
        (await Fim.NextAsync()).Say("a + b;\n");
        await CheckAsync(answer, "a + b;");
    }

    [Fact]
    public async Task A_failure_of_all_models_has_a_reason()
    {
        Fim.Endpoints = ["one", "two"];
        var answer = AskAsync(Hole);
        (await Fim.NextAsync()).Fail(ModelFault.Idle);
        (await Fim.NextAsync()).Fail(ModelFault.Down);
        Assert.Equal(NoSuggestionReason.ModelFailed, Assert.IsType<NoSuggestion>(await answer).Reason);
        Assert.Equal(2, Fim.All.Count);
    }

    [Fact]
    public async Task A_model_that_fails_after_its_first_line_was_shown_is_not_followed_by_another()
    {
        Fim.Endpoints = ["one", "two"];
        var answer = AskAsync("class C\n{\n    void M(int[] xs)\n    {\n        $$\n    }\n}\n");
        var request = await Fim.NextAsync();
        await request.SaidAsync("foreach (var x in xs)\n");
        Clock.Advance(TimeSpan.FromMilliseconds(400));
        Assert.True(Assert.IsType<Suggestion>(await answer).Partial);
        request.Fail(ModelFault.Idle);
        await request.ClosedAsync();
        Assert.Single(Fim.All);
    }

    [Fact]
    public async Task A_query_behind_a_chat_reports_a_busy_model_and_its_answer_is_announced_later()
    {
        var better = new TaskCompletionSource<BetterAnswer>();
        Completion.BetterFound += better.SetResult;
        Fim.Status = Fim.Status with { State = ModelState.Busy };
        var chat = await Scheduler.AcquireAsync(Fim.Route("test"), RequestClass.Chat, null, CancellationToken.None);
        var answer = AskAsync(Hole);
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(NoSuggestionReason.ModelBusy, Assert.IsType<NoSuggestion>(await answer).Reason);
        chat!.Dispose();
        var request = await Fim.NextAsync();
        request.Say("a + b;\n");
        await better.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        await CheckAsync(AskAsync(Hole), "a + b;");
    }

    [Theory]
    [InlineData("return a + b;$$", true)]
    [InlineData("return a$$", null)]
    [InlineData("return c$$", false)]
    public async Task The_outcome_of_a_suggestion_is_recorded_once(string typed, bool? kept)
    {
        var answer = AskAsync(Hole);
        var request = await Fim.NextAsync();
        request.Say("a + b;\n");
        await answer;
        var next = AskAsync(Hole.Replace("return $$", typed));
        Assert.Equal(kept is { } known ? [known] : [], Records.Fates);
        Completion.Accepted();
        Assert.Equal(kept is { } once ? [once] : [true], Records.Fates);
        Completion.Reset("the test ends");
        await next;
    }

    [Fact]
    public async Task A_query_that_joined_a_generation_asks_the_next_model_where_it_fails()
    {
        Fim.Endpoints = ["one", "two"];
        using var cancel = new CancellationTokenSource();
        var first = AskAsync(Hole, cancel.Token);
        var request = await Fim.NextAsync();
        await request.SaidAsync("a ");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = AskAsync(Hole.Replace("$$", "a$$"));
        request.Fail(ModelFault.Idle);
        var next = await Fim.NextAsync();
        Assert.Equal("two", next.Route.Endpoint.Name);
        next.Say("a + b;\n");
        await CheckAsync(second, " + b;");
    }
}
