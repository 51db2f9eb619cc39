using Assistant.Basics;
using Assistant.Inference.Fim;
using Assistant.Patterns;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Usage;
using Microsoft.CodeAnalysis.Text;
using Microsoft.Extensions.Logging;

namespace Assistant.Completion;

/// <summary>A better answer is ready for a text that already shows one.</summary>
/// <param name="Caret">UTF-16 offset.</param>
public sealed record BetterAnswer(string Uri, int Version, int Caret);

/// <summary>The prompt of a query.</summary>
/// <param name="Model">Null where no model can answer now.</param>
public sealed record PromptPreview(string? Model, string Family, string Prompt, string TakenBack, string? Grammar);

/// <summary>
/// Ghost text. <see cref="SuggestAsync"/> serves a keystroke in these stages: gate, patterns, join, known, route, plan, generation. Every
/// candidate becomes a suggestion by <see cref="Suggestion.FromAsync"/>. One <see cref="CompletionState"/> holds all that outlives a query.
/// </summary>
public sealed partial class InlineCompletion
{
    /// <summary>The suggestion of Patterns is shown where the model takes longer to answer.</summary>
    internal static readonly TimeSpan PatternsAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>The maximum of models that are asked after the first one failed.</summary>
    private const int MaxFallbacks = 2;

    private readonly IModelRouter router;
    private readonly PatternIndex patterns;
    private readonly IVerifier verifier;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly CompletionStore store;
    private readonly GenerationRunner runner;
    private readonly GenerationWait wait;
    private readonly BetterAnswers better;

    public InlineCompletion(
        IModelRouter router, IFimClient client, Scheduler scheduler, PatternIndex patterns, IVerifier verifier, TimeProvider clock,
        ILogger<InlineCompletion> logger, IRequestRecords? records = null)
    {
        this.router = router;
        this.patterns = patterns;
        this.verifier = verifier;
        this.clock = clock;
        this.logger = logger;
        store = new CompletionStore(records, logger);
        runner = new GenerationRunner(client, scheduler, store, clock, logger);
        wait = new GenerationWait(store, router, verifier, clock);
        better = new BetterAnswers(store, verifier, clock, logger);
    }

    /// <summary>Raised on any thread. A query at the place is then served at once, without a request to a model.</summary>
    public event Action<BetterAnswer>? BetterFound
    {
        add => better.Found += value;
        remove => better.Found -= value;
    }

    /// <summary>The answer to the last query; null before the first.</summary>
    public CompletionAnswer? LastAnswer => store.State.LastAnswer;

    /// <summary>The last request to a model, also where its answer was not shown; null before the first.</summary>
    public SuggestionSource? LastAsked => store.State.LastSent?.Source;

    /// <exception cref="OperationCanceledException">The token was cancelled; the generation behind the query may live on.</exception>
    public async Task<CompletionAnswer> SuggestAsync(CompletionQuery query, CompletionSettings settings, CancellationToken token)
    {
        var trace = new StageTrace(clock);
        CompletionTurn turn;
        TurnAnswer answered;
        using (trace.Measure("total"))
        {
            var number = store.Apply(state => state.Asked(query)).LastQuery;
            var refusal = CompletionGate.Refusal(query, settings);
            var pattern = refusal is null && settings.Patterns ? await PatternAsync(query, settings, trace, token) as Suggestion : null;
            // The search for a model outlives a cancelled query: during fast typing no search would end otherwise.
            var routing = new Lazy<Task<RouteAnswer>>(() => router.RouteAsync(query.RouteRequest, CancellationToken.None));
            turn = new CompletionTurn(number, query, settings, clock.GetTimestamp(), trace, pattern, routing);
            answered = refusal is var (reason, detail)
                ? new TurnAnswer(turn.Nothing(reason, detail), AskedBy: null)
                : await AnswerAsync(turn, token);
        }
        // Last, since other threads read the trace of a delivered answer.
        var answer = Deliver(answered, turn);
        LogAnswer(query.Path, query.Text.Caret, OutcomeOf(answer));
        return answer;
    }

    /// <summary>The suggestion of Patterns alone.</summary>
    public async Task<CompletionAnswer> SuggestFromPatternsAsync(
        CompletionQuery query, CompletionSettings settings, CancellationToken token) =>
        await PatternAsync(query, settings, new StageTrace(clock), token);

    /// <summary>
    /// The prompt of a query, without a request to a model. Where no model can answer now, it has the format of Qwen2.5-Coder.
    /// </summary>
    public async Task<PromptPreview> PreviewAsync(CompletionQuery query, CompletionSettings settings, CancellationToken token)
    {
        var found = (await router.RouteAsync(query.RouteRequest, token)).Route;
        var window = store.Apply(state => state.Windowed(query)).Windows[query.Uri];
        var plan = CompletionPlanner.Plan(query, window, found ?? CompletionPlanner.AssumedRoute, settings, TimeSpan.Zero, asTyped: false);
        return new PromptPreview(found?.ModelId, plan.Route.Family.Name, plan.Prompt.Text, plan.Prompt.TakenBack, plan.Prompt.Grammar);
    }

    /// <summary>The editor reported that the suggestion on the screen was accepted.</summary>
    public void Accepted() => store.Apply(state => state.Accepted());

    /// <summary>Called for every edit, in order. An edit that disagrees with a generation closes it.</summary>
    public void Edited(string uri, SourceText text) => store.Apply(state => state.Edited(uri, text.ToString));

    public void DocumentClosed(string uri) => store.Apply(state => state.DocumentClosed(uri));

    /// <summary>Closes the living generation and forgets known answers, after a change of the model or the settings.</summary>
    public void Reset(string why) => store.Apply(state => state.Reset(why));

    private async Task<TurnAnswer> AnswerAsync(CompletionTurn turn, CancellationToken token)
    {
        // A newer query has cancelled this one before it began: its generation must not be closed here.
        token.ThrowIfCancellationRequested();
        // Join: a living generation that agrees with the text serves the query; one that disagrees is closed.
        if (store.Apply(state => state.Joined(turn.Query)).Live is { } live)
        {
            var joined = await wait.ForAsync(live.Generation, turn, token);
            if (joined.Outcome == WaitOutcome.Answered)
            {
                return joined.Answer;
            }
            if (joined.Outcome == WaitOutcome.Failed)
            {
                return await NextRouteAsync(turn, [live.Plan.Route], token) is { } other
                    ? await AskAsync(other, turn, [live.Plan.Route], token)
                    : joined.Answer;
            }
        }
        // Known: the rest of a known answer is served. Deliver asks a model behind it where none was asked yet.
        foreach (var known in store.State.Known.All)
        {
            if (await Suggestion.FromAsync(known.Candidate, turn.Query, verifier, turn.Trace, token) is Suggestion rest)
            {
                return new TurnAnswer(rest, known.AskedBy);
            }
        }
        // Route: finds the model that answers, or the reason for having none.
        if (await RouteAsync(turn, token) is not { } route)
        {
            return new TurnAnswer(turn.Pattern!, AskedBy: null);
        }
        if (route.Route is null)
        {
            var detail = $"{route.Status.Message} {route.Status.Remedy}".TrimEnd();
            return new TurnAnswer(turn.Nothing(NoSuggestionReason.NoModel, detail), AskedBy: null);
        }
        return await AskAsync(route, turn, [], token);
    }

    /// <summary>
    /// Asks the model of the route. Asks other models where it fails before a part of its answer was shown, and asks once more where an
    /// answer from the start of a name does not begin with the typed half of the name.
    /// </summary>
    /// <param name="failed">Models that have failed at this query.</param>
    private async Task<TurnAnswer> AskAsync(RouteAnswer route, CompletionTurn turn, List<ModelRoute> failed, CancellationToken token)
    {
        var disagreements = 0;
        while (true)
        {
            // As in AnswerAsync: the search for the route may have taken long.
            token.ThrowIfCancellationRequested();
            // After a failure, the turn joins a generation that another query began for the same text.
            var living = failed.Count > 0 ? store.Apply(state => state.Joined(turn.Query)).Live?.Generation : null;
            var generation = living ?? Begin(turn, route, atOnce: failed.Count > 0 || disagreements > 0);
            var result = await wait.ForAsync(generation, turn, token);
            if (result.Outcome == WaitOutcome.Failed && failed.Count < MaxFallbacks && turn.Attempts.Left > 0)
            {
                failed.Add(generation.Plan.Route);
                if (await NextRouteAsync(turn, failed, token) is { } next)
                {
                    route = next;
                    continue;
                }
            }
            if (result.Outcome != WaitOutcome.Disagreed || disagreements == 1 || turn.Attempts.Left == 0)
            {
                return result.Answer;
            }
            // The state has the place of the disagreement: the next prompt holds the typed half of the name.
            disagreements++;
        }
    }

    /// <summary>The route to a model that has not failed at the query; null where there is none.</summary>
    private async Task<RouteAnswer?> NextRouteAsync(CompletionTurn turn, List<ModelRoute> failed, CancellationToken token) =>
        await router.RouteAsync(turn.Query.RouteRequest with { Except = failed }, token) is { Route: not null } next ? next : null;

    /// <summary>Delivers the answer of a turn, or else Patterns' suggestion, and follows a generation that may improve it.</summary>
    private CompletionAnswer Deliver(TurnAnswer answered, CompletionTurn turn)
    {
        var answer = answered.Answer is NoSuggestion && turn.Pattern is { } pattern ? pattern : answered.Answer;
        store.Apply(state => state.Answered(turn.Query, answer, answered.AskedBy));
        if (answered.Following is { } following)
        {
            _ = better.FollowAsync(following, answer as Suggestion, turn.Query);
        }
        else if (answer is Suggestion shown && answered.AskedBy is null)
        {
            _ = AskBehindAsync(shown, turn);
        }
        return answer;
    }

    /// <summary>
    /// Asks a model behind a suggestion for which none was asked, once a model is found and unless a newer query arrived.
    /// </summary>
    private async Task AskBehindAsync(Suggestion shown, CompletionTurn turn)
    {
        try
        {
            var route = await turn.Routing.Value;
            if (route.Route is null || store.State.LastQuery != turn.Number)
            {
                return;
            }
            // The turn is answered, so that its trace is read by others.
            var plan = PlanOf(turn, route, atOnce: false, new StageTrace(clock));
            var closing = new CancellationTokenSource();
            var begun = store.Apply(state => state.BegunBehind(plan, closing, shown.Continuation, turn.Number)).Live?.Generation;
            if (begun?.Closing == closing)
            {
                _ = runner.RunAsync(begun);
                await better.FollowAsync(begun, shown, turn.Query);
            }
        }
        catch (Exception bug)
        {
            // The answer on the screen stays valid.
            Never.Happens(logger, "a model could not be asked behind an answer", bug);
        }
    }

    /// <summary>Null where Patterns have a suggestion and the search for a model takes longer than 200 ms.</summary>
    private async Task<RouteAnswer?> RouteAsync(CompletionTurn turn, CancellationToken token)
    {
        using var measured = turn.Trace.Measure("route");
        var routing = turn.Routing.Value;
        if (turn is { Pattern: not null, MayAnswerEarly: true }
            && await Task.WhenAny(routing, Task.Delay(PatternsAfter, clock, token)) != routing)
        {
            token.ThrowIfCancellationRequested();
            return null;
        }
        return await routing.WaitAsync(token);
    }

    private Generation Begin(CompletionTurn turn, RouteAnswer route, bool atOnce)
    {
        var plan = PlanOf(turn, route, atOnce, turn.Trace);
        var generation = store.Apply(state => state.Begun(plan, new CancellationTokenSource())).Live!.Generation;
        _ = runner.RunAsync(generation);
        return generation;
    }

    /// <summary>Plans a generation and takes its attempt from the budget of the turn.</summary>
    /// <param name="atOnce">True after an earlier request for the same query: the debounce has passed.</param>
    private GenerationPlan PlanOf(CompletionTurn turn, RouteAnswer route, bool atOnce, StageTrace trace)
    {
        var (query, settings) = (turn.Query, turn.Settings);
        using var measured = trace.Measure("prompt");
        var pause = atOnce || query.Trigger != CompletionTrigger.Automatic
            ? TimeSpan.Zero
            : Debounce.For(route.Status.TimeToFirstTokenMs, settings.Debounce);
        var state = store.Apply(before => before.Windowed(query));
        var window = state.Windows[query.Uri];
        var plan = CompletionPlanner.Plan(query, window, route.Route!, settings, pause, asTyped: false);
        if (plan.Origin == state.Disagreed && plan.Prompt.Grammar is null)
        {
            plan = CompletionPlanner.Plan(query, window, route.Route!, settings, pause, asTyped: true);
        }
        // Callers have checked that an attempt is left.
        turn.Attempts.TryTake();
        return plan with { Request = plan.Request with { Attempts = turn.Attempts } };
    }

    private async Task<CompletionAnswer> PatternAsync(
        CompletionQuery query, CompletionSettings settings, StageTrace trace, CancellationToken token)
    {
        using var measured = trace.Measure("patterns");
        if (patterns.Suggest(query.Path, query.Continued, new PatternRules(settings.Blocks, settings.MaxLines)).Suggestion is not { } found)
        {
            return new NoSuggestion(
                NoSuggestionReason.NoPattern, "The solution has no such text, or its continuations differ.", null, trace);
        }
        var source = new SuggestionSource(Engine.Patterns, null, null, null, null, found.Sources);
        var candidate = new ShapedCandidate(AnswerOrigin.At(query), source, found.Text, found.ReplaceAfter);
        return await Suggestion.FromAsync(candidate, query, verifier, trace, token);
    }

    private static string OutcomeOf(CompletionAnswer answer) => answer switch
    {
        NoSuggestion none => $"nothing ({none.Reason}: {none.Detail})",
        Suggestion suggestion => $"a suggestion by {suggestion.Source.Engine}, {suggestion.Verdict.Kind}",
        _ => throw new InvalidOperationException("An answer is a suggestion or a reason."),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}:{Caret}: {Outcome}")]
    private partial void LogAnswer(string path, int caret, string outcome);
}
