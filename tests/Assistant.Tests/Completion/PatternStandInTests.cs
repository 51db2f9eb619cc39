using Assistant.Completion;
using Assistant.Routing;

namespace Assistant.Tests.Completion;

/// <summary>Patterns' suggestion in the place of a model's answer, and the model's answer that extends it later.</summary>
public sealed class PatternStandInTests : CompletionScene
{
    [Fact]
    public async Task Patterns_answer_before_a_slow_model_and_only_an_answer_that_continues_them_is_better()
    {
        var better = new TaskCompletionSource<BetterAnswer>();
        Completion.BetterFound += better.SetResult;
        var (text, shown) = LearnPattern();
        var answer = AskAsync(text);
        var request = await Fim.NextAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await answer).Source.Engine);
        // The prompt left out the dot, so the answer begins with it.
        request.Say("." + shown + " // sum\n");
        request.End();
        await better.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(Engine.Model, Assert.IsType<Suggestion>(await AskAsync(text)).Source.Engine);
    }

    [Fact]
    public async Task A_model_that_is_found_after_Patterns_answered_improves_their_answer()
    {
        var better = new TaskCompletionSource<BetterAnswer>();
        Completion.BetterFound += better.SetResult;
        Fim.Routing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (text, shown) = LearnPattern();
        var answer = AskAsync(text);
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await answer).Source.Engine);
        Fim.Routing.SetResult();
        var request = await Fim.NextAsync();
        request.Say("." + shown + " // sum\n");
        request.End();
        await better.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    [Fact]
    public async Task A_model_improves_Patterns_also_after_typing_during_the_debounce()
    {
        Settings = Settings with { Debounce = TimeSpan.FromMilliseconds(300) };
        var better = new TaskCompletionSource<BetterAnswer>();
        Completion.BetterFound += better.SetResult;
        var (text, shown) = LearnPattern();
        var answer = AskAsync(text);
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await answer).Source.Engine);

        // The request was not sent yet, and this key starts a new pause.
        var typed = Assert.IsType<Suggestion>(await AskAsync(text.Replace("$$", shown[0] + "$$")));
        Assert.Equal((Engine.Patterns, shown[1..]), (typed.Source.Engine, typed.Text));
        Assert.Empty(Fim.All);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        var request = await Fim.NextAsync();
        request.Say("." + shown + " // sum\n");
        request.End();
        Assert.Equal(
            text.IndexOf("$$", StringComparison.Ordinal) + 1,
            (await better.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)).Caret);
    }

    [Fact]
    public async Task A_model_that_starts_after_Patterns_answered_improves_their_answer()
    {
        var up = Fim.Status;
        Fim.Status = up with { State = ModelState.Down };
        var (text, shown) = LearnPattern();
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await AskAsync(text)).Source.Engine);
        // The answer is known now, and is served without a request, since no model is up.
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await AskAsync(text)).Source.Engine);
        Assert.Empty(Fim.All);

        var better = new TaskCompletionSource<BetterAnswer>();
        Completion.BetterFound += better.SetResult;
        Fim.Status = up;
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await AskAsync(text)).Source.Engine);
        var request = await Fim.NextAsync();
        request.Say("." + shown + " // sum\n");
        request.End();
        await better.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(Engine.Model, Assert.IsType<Suggestion>(await AskAsync(text)).Source.Engine);
    }

    [Fact]
    public async Task Patterns_that_stand_in_for_a_generation_closed_in_its_pause_are_followed_by_a_model()
    {
        Settings = Settings with { Debounce = TimeSpan.FromMilliseconds(300) };
        var better = new TaskCompletionSource<BetterAnswer>();
        Completion.BetterFound += better.SetResult;
        var (text, shown) = LearnPattern();
        var answer = AskAsync(text);
        Completion.Reset("the test changes the settings");
        Assert.Equal(Engine.Patterns, Assert.IsType<Suggestion>(await answer).Source.Engine);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        var request = await Fim.NextAsync();
        request.Say("." + shown + " // sum\n");
        request.End();
        await better.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }
}
