using Assistant.Basics;
using Assistant.Completion;
using Assistant.Families;
using Assistant.Inference.Fim;
using Assistant.Prompts;
using Assistant.Shaping;

namespace Assistant.Tests.Completion;

/// <summary>
/// The transitions of the state as a table: a script of transitions, then the living generation and the effects. A row's steps are
/// separated by blanks; <c>begin:a|b</c> names the text before and after the answer's origin.
/// </summary>
public sealed class CompletionStateTests
{
    private CompletionState state = CompletionState.Empty;
    private readonly List<string> effects = [];

    [Theory]
    // A generation begins, sends its request, streams and ends.
    [InlineData("begin:x=|;", "1 Pausing '' waiters 1", "")]
    [InlineData("begin:x=|; ask:1", "1 Asking '' waiters 1", "")]
    [InlineData("begin:x=|; ask:1 say:1:ab", "1 Streaming 'ab' waiters 1", "")]
    [InlineData("begin:x=|; ask:1 say:1:ab end:1", "none", "")]
    // A newer generation replaces the living one: at most one is alive.
    [InlineData("begin:x=|; ask:1 begin:y=|;", "2 Pausing '' waiters 1", "close 1: replaced by a newer one")]
    // A query joins a generation that agrees, but not during its pause, since the newer text makes a better prompt.
    [InlineData("begin:x=|; join:x=|;", "none", "close 1: a newer query came in its pause")]
    [InlineData("begin:x=|; ask:1 join:x=|;", "1 Asking '' waiters 2", "")]
    [InlineData("begin:x=|; ask:1 say:1:ab join:x=a|;", "1 Streaming 'ab' waiters 2", "")]
    [InlineData("begin:x=|; ask:1 say:1:ab join:x=b|;", "none", "close 1: a newer query disagrees with it")]
    [InlineData("begin:x=|; ask:1 say:1:ab join:z=a|;", "none", "close 1: a newer query disagrees with it")]
    // Closers that the editor inserted are no difference.
    [InlineData("begin:x=|; ask:1 say:1:a( join:x=a(|);", "1 Streaming 'a(' waiters 2", "")]
    // An edit closes a generation only where both disagree.
    [InlineData("begin:x=|; ask:1 say:1:ab edit:x=a;", "1 Streaming 'ab' waiters 1", "")]
    [InlineData("begin:x=|; ask:1 say:1:ab edit:x=b;", "none", "close 1: an edit disagrees with it")]
    [InlineData("begin:x=|; ask:1 say:1:ab edit:z=a;", "none", "close 1: an edit disagrees with it")]
    [InlineData("begin:x=|; ask:1 say:1:ab closed:other", "1 Streaming 'ab' waiters 1", "")]
    [InlineData("begin:x=|; ask:1 say:1:ab closed", "none", "close 1: its document is closed")]
    // Reports of a closed generation do not count, and it is closed once.
    [InlineData("begin:x=|; ask:1 edit:z= say:1:ab end:1 closed", "none", "close 1: an edit disagrees with it")]
    // A generation without waiters is closed when no query has joined it in time.
    [InlineData("begin:x=|; ask:1 leave:1", "1 Asking '' waiters 0", "")]
    [InlineData("begin:x=|; ask:1 leave:1 orphan:1", "none", "close 1: no query waits for it")]
    [InlineData("begin:x=|; ask:1 leave:1 join:x=|; orphan:1", "1 Asking '' waiters 1", "")]
    // Each departure starts the time anew.
    [InlineData("begin:x=|; ask:1 leave:1 join:x=|; leave:1 orphan:1:1", "1 Asking '' waiters 0", "")]
    [InlineData("begin:x=|; ask:1 leave:1 join:x=|; leave:1 orphan:1:2", "none", "close 1: no query waits for it")]
    // A generation that ended stays in the state until its last waiter leaves.
    [InlineData("begin:x=|; ask:1 say:1:ab join:x=|; end:1 leave:1 kept:1", "none", "kept 1")]
    [InlineData("begin:x=|; ask:1 say:1:ab join:x=|; end:1 leave:1 leave:1 kept:1", "none", "not kept 1")]
    [InlineData("begin:x=|; ask:1 say:1:ab contradict:1", "none", "close 1: it disagrees with the text on the screen")]
    [InlineData("begin:x=|; ask:1 say:1:ab reset", "none", "close 1: reset")]
    public void A_script_of_transitions(string script, string living, string expected)
    {
        Run(script);
        var live = state.Live is { } alive ? $"{alive.Id} {alive.Phase} '{alive.Raw}' waiters {alive.Waiters}" : "none";
        Assert.Equal((living, expected), (live, string.Join(", ", effects)));
        Assert.True(state.Generations.Count(generation => generation.IsAlive) <= 1);
    }

    [Theory]
    // A generation that was closed in its pause has sent no request; one that was closed later has.
    [InlineData("begin:x=|; know:1 begin:y=|;", "nobody")]
    [InlineData("begin:x=|; know:1 join:x=|;", "nobody")]
    [InlineData("begin:x=|; know:1 leave:1 orphan:1", "nobody")]
    [InlineData("begin:x=|; know:1 ask:1 begin:y=|;", "1")]
    [InlineData("begin:x=|; know:1 ask:1 closed", "1")]
    // A model is asked behind a known answer, unless a newer query came.
    [InlineData("know: behind:0", "1")]
    [InlineData("know: query behind:0", "nobody")]
    [InlineData("know: query behind:1", "1")]
    // After a generation that was closed in its pause, the next one asks the model.
    [InlineData("begin:x=|; know:1 behind:0", "2")]
    public void A_known_answer_knows_the_generation_that_was_asked_for_it(string script, string askedBy)
    {
        Run(script);
        Assert.Equal(askedBy, state.Known.All.Single().AskedBy?.ToString() ?? "nobody");
    }

    [Fact]
    public void A_reset_forgets_known_answers_and_keeps_windows()
    {
        Run("know:");
        state = state.Windowed(MarkedQuery.Of("a$$b")).Next;
        Run("reset");
        Assert.Empty(state.Known.All);
        Assert.Single(state.Windows);
    }

    [Fact]
    public void The_last_request_is_the_newest_that_was_sent()
    {
        Run("begin:x=|; ask:1 say:1:ab begin:y=|;");
        Assert.Equal((1, "ab"), (state.LastSent!.Id, state.LastSent.Raw));
        Run("ask:2");
        Assert.Equal(2, state.LastSent!.Id);
    }

    [Fact]
    public void Windows_are_kept_for_fifty_documents()
    {
        for (var i = 0; i < 51; i++)
        {
            state = state.Windowed(MarkedQuery.Of("a$$", uri: $"file:///{i}.cs")).Next;
        }
        Assert.Equal(["file:///50.cs"], state.Windows.Keys);
    }

    private void Run(string script)
    {
        foreach (var step in script.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = step.Split(':');
            var argument = parts.ElementAtOrDefault(1) ?? "";
            long Id() => long.Parse(argument);
            var (next, after) = parts[0] switch
            {
                "begin" => state.Begun(PlanAt(argument), new CancellationTokenSource()),
                "behind" => state.BegunBehind(PlanAt("x=|;"), new CancellationTokenSource(), Known, query: Id()),
                "ask" => state.Progressed(Id(), GenerationPhase.Asking, ""),
                "say" => state.Progressed(Id(), GenerationPhase.Streaming, parts[2]),
                "end" => state.Ended(Id(), new GenerationEnd(null, null)),
                "join" => state.Joined(MarkedQuery.Of(argument.Replace("|", "$$"))),
                "query" => state.Asked(MarkedQuery.Of("$$")),
                "leave" => state.Left(Id()),
                "orphan" => state.Orphaned(Id(), departures: parts.Length > 2 ? int.Parse(parts[2]) : 1),
                "contradict" => state.Contradicted(Id()),
                "edit" => state.Edited(MarkedQuery.Uri, () => argument + (argument.EndsWith(';') ? "" : ";")),
                "closed" => state.DocumentClosed(argument.Length > 0 ? argument : MarkedQuery.Uri),
                "reset" => state.Reset("reset"),
                "know" => state with { Known = state.Known.With(Known, argument.Length > 0 ? Id() : null) },
                "kept" => Note(state.Find(Id()) is null ? $"not kept {argument}" : $"kept {argument}"),
                _ => throw new ArgumentException(step),
            };
            state = next;
            effects.AddRange(
                after.Select(effect => effect is CloseGeneration close ? $"close {close.Generation.Id}: {close.Why}" : $"{effect}"));
        }
    }

    private Transition Note(string text)
    {
        effects.Add(text);
        return state;
    }

    private static ShapedCandidate Known { get; } = new(
        new AnswerOrigin(MarkedQuery.Uri, "x=", ";"), new SuggestionSource(Engine.Patterns, null, null, null, null, []), "abc", 0);

    private static GenerationPlan PlanAt(string marked)
    {
        var (before, after) = marked.Split('|') is [var left, var right] ? (left, right) : throw new ArgumentException(marked);
        return new GenerationPlan(
            new AnswerOrigin(MarkedQuery.Uri, before, after),
            new TextAround(before, after),
            CompletionPlanner.AssumedRoute,
            new FimPrompt(before, "", null, [], FimLayout.Usual),
            new FimRequest(before, [], MaxTokens: 64, Temperature: 0, Grammar: null, Chat: null),
            new ShapeRules("", MultiLine: true, MaxLines: 10, [], FirstSpaceMayBeLost: false, "\n"),
            TimeSpan.Zero);
    }
}
