using Assistant.Basics;
using Assistant.Inference.Fim;
using Assistant.Patterns;
using Assistant.Routing;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Shaping;
using Assistant.Usage;
using Microsoft.CodeAnalysis.Text;
using Microsoft.Extensions.Logging;

namespace Assistant.Completion;

/// <summary>A better answer stands ready for a text that already has one on the screen.</summary>
/// <param name="Caret">UTF-16 offset.</param>
public sealed record BetterAnswer(string Uri, int Version, int Caret);

/// <summary>What a query would send.</summary>
/// <param name="Model">Null where none can answer now.</param>
public sealed record PromptPreview(string? Model, string Family, string Prompt, string TakenBack, string? Grammar);

/// <summary>
/// Ghost text. <see cref="SuggestAsync"/> is the whole way of a keystroke: gate, living generation, known answers, route, plan, wait.
/// What outlives a query: at most one generation (<see cref="Generations"/>) and the last answers (<see cref="KnownAnswers"/>).
/// </summary>
public sealed partial class InlineCompletion(
    IModelRouter router, IFimClient client, Scheduler scheduler, PatternIndex patterns, TimeProvider clock, ILogger<InlineCompletion> logger,
    IRequestRecords? records = null)
{
    /// <summary>A model that has not answered by then leaves the place to Patterns, until it has.</summary>
    internal static readonly TimeSpan PatternsAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>A first line that is complete is shown where the rest takes longer than this.</summary>
    private static readonly TimeSpan FirstLineAfter = TimeSpan.FromMilliseconds(400);

    /// <summary>Models that are asked after the first one failed.</summary>
    private const int MostFallbacks = 2;

    private readonly Generations generations = new(client, scheduler, clock, logger);
    private readonly CompletionPlanner planner = new();
    private readonly KnownAnswers known = new();
    private readonly SuggestionFates fates = new(records);
    private AnswerOrigin? disagreed;
    private Pending? newest;

    /// <summary>Raised on any thread; a query at that place is then served at once and starts nothing.</summary>
    public event Action<BetterAnswer>? BetterFound;

    /// <summary>What the last query got; null before the first.</summary>
    public CompletionAnswer? LastAnswer { get; private set; }

    /// <summary>What a model was asked last, also where its answer was not the one that was shown; null before the first.</summary>
    public SuggestionSource? LastAsked => generations.LastAsked;

    /// <exception cref="OperationCanceledException">The asker left; the generation behind it may live on.</exception>
    public async Task<CompletionAnswer> SuggestAsync(CompletionQuery query, CompletionSettings settings, CancellationToken token)
    {
        var trace = new StageTrace(clock);
        CompletionAnswer answer;
        var unasked = false;
        fates.Typed(query);
        using (trace.Measure("total"))
        {
            (answer, unasked) = await AnswerAsync(query, settings, trace, token);
        }
        LogAnswer(query.Path, query.Text.Caret, answer is NoSuggestion none ? $"nothing ({none.Reason}: {none.Detail})" : $"a suggestion by {((Suggestion)answer).Source.Engine}");
        if (answer is Suggestion { Source.Engine: Engine.Patterns } shown)
        {
            // What is on the screen stays while it is typed.
            known.Remember(new KnownAnswer(
                new AnswerOrigin(query.Uri, query.Continued.Before, query.Continued.After),
                shown.Text[(query.Selected?.Text.Length ?? 0)..],
                shown.End - Math.Max(query.Text.Caret, query.Selected?.End ?? 0),
                shown.Source,
                unasked));
        }
        fates.Shown(answer, query);
        return LastAnswer = answer;
    }

    /// <summary>What Patterns alone have.</summary>
    public CompletionAnswer SuggestFromPatterns(CompletionQuery query, CompletionSettings settings)
    {
        var trace = new StageTrace(clock);
        return Pattern(query, settings, trace)
            ?? (CompletionAnswer)new NoSuggestion(NoSuggestionReason.NoPattern, "Nothing like it stands in the solution, or what follows it differs.", null, trace);
    }

    /// <summary>What would be sent for this query; starts nothing. Where no model can answer now it is laid out for Qwen2.5-Coder.</summary>
    public async Task<PromptPreview> PreviewAsync(CompletionQuery query, CompletionSettings settings, CancellationToken token)
    {
        var found = (await router.RouteAsync(query.RouteRequest, token)).Route;
        var plan = planner.Plan(query, found ?? CompletionPlanner.AssumedRoute, settings, TimeSpan.Zero, asTyped: false);
        return new PromptPreview(found?.ModelId, plan.Route.Family.Name, plan.Prompt.Text, plan.Prompt.TakenBack, plan.Prompt.Grammar);
    }

    /// <summary>The editor says that the suggestion that stood there was accepted.</summary>
    public void Accepted() => fates.Accepted();

    /// <summary>Called for every edit, in order: a generation that an edit disagrees with is closed at once.</summary>
    public void Edited(string uri, SourceText text) => generations.Edited(uri, text);

    public void DocumentClosed(string uri) => generations.DocumentClosed(uri);

    /// <summary>Stops what runs and forgets what is known: another model, other settings.</summary>
    public void Reset(string why)
    {
        generations.CloseAll(why);
        known.Forget();
    }

    /// <returns>The answer, and whether it stands there without any model having been asked.</returns>
    private async Task<(CompletionAnswer Answer, bool Unasked)> AnswerAsync(CompletionQuery query, CompletionSettings settings, StageTrace trace, CancellationToken token)
    {
        if (CompletionGate.Refusal(query, settings) is var (reason, detail))
        {
            return (Nothing(reason, detail), false);
        }
        var pending = new Pending(query, settings, settings.Patterns ? Pattern(query, settings, trace) : null, clock.GetTimestamp(), trace);
        newest = pending;
        if (generations.Join(query) is { } living && await WaitAsync(living, pending, token) is { } served)
        {
            return (served, false);
        }
        // Finding out which model there is goes on when this query is cancelled: else nobody who types would ever learn it.
        var routing = new Lazy<Task<RouteAnswer>>(() => router.RouteAsync(query.RouteRequest, CancellationToken.None));
        if (known.Find(query) is var (remembered, text, replaceAfter))
        {
            var standing = remembered.SuggestionAt(query, text, replaceAfter, trace);
            // What Patterns said while the model's pause had not passed is typed through: the pause begins anew.
            if (!remembered.Unasked && !(remembered.Source.Engine == Engine.Patterns && generations.ClosedUnasked))
            {
                return (standing, false);
            }
            var isKnown = routing.Value.IsCompletedSuccessfully && (await routing.Value).Route is not null;
            return (AskBehind(standing, routing.Value, pending), !isKnown);
        }
        if (await RouteAsync(routing.Value, pending, token) is not { } route)
        {
            return (AskBehind(pending.Pattern!, routing.Value, pending), true);
        }
        if (route.Route is null)
        {
            return (pending.Pattern ?? (CompletionAnswer)Nothing(NoSuggestionReason.NoModel, $"{route.Status.Message} {route.Status.Remedy}".TrimEnd()), true);
        }
        return (await AskAsync(route, pending, token), false);

        NoSuggestion Nothing(NoSuggestionReason why, string words) => new(why, words, null, trace);
    }

    /// <summary>
    /// Asks the model of the route, and others where it fails before anything of it was shown. Once more also where the answer that was asked at
    /// the start of a name is not the one that was typed meanwhile.
    /// </summary>
    private async Task<CompletionAnswer> AskAsync(RouteAnswer route, Pending pending, CancellationToken token)
    {
        var failed = new List<ModelRoute>();
        var disagreements = 0;
        while (true)
        {
            // What another query has begun meanwhile for the same text is not begun twice.
            var generation = (failed.Count > 0 ? generations.Join(pending.Query) : null) ?? Begin(pending, route, again: failed.Count > 0);
            var answer = await WaitAsync(generation, pending, token);
            // Nothing of it was shown to this query: it would have its answer.
            if (generation.Failed && answer is not Suggestion { Partial: true } && failed.Count < MostFallbacks)
            {
                failed.Add(generation.Plan.Route);
                if (await router.RouteAsync(pending.Query.RouteRequest with { Except = failed }, token) is { Route: not null } next)
                {
                    route = next;
                    continue;
                }
            }
            if (answer is not null)
            {
                return answer;
            }
            if (++disagreements == 2)
            {
                return pending.Pattern ?? (CompletionAnswer)new NoSuggestion(
                    NoSuggestionReason.Replaced, "The model's answer does not begin with what was typed.", null, pending.Trace);
            }
        }
    }

    /// <summary>What stands there stands without a model: one is asked behind it as soon as there is one, if nobody has typed on.</summary>
    private Suggestion AskBehind(Suggestion standing, Task<RouteAnswer> routing, Pending pending)
    {
        _ = AskAsync();
        return standing;

        async Task AskAsync()
        {
            var route = await routing;
            if (route.Route is not null && ReferenceEquals(newest, pending))
            {
                var generation = Begin(pending, route, again: false);
                generations.Leave(generation, answered: true);
                known.Asked(standing.Source);
                Follow(generation, standing, pending.Query);
            }
        }
    }

    /// <summary>Null where Patterns answer first, since finding out which model there is takes longer.</summary>
    private async Task<RouteAnswer?> RouteAsync(Task<RouteAnswer> route, Pending pending, CancellationToken token)
    {
        using var measured = pending.Trace.Measure("route");
        if (pending is { Pattern: not null, Query.Trigger: not CompletionTrigger.Final } && await Task.WhenAny(route, Task.Delay(PatternsAfter, clock, token)) != route)
        {
            token.ThrowIfCancellationRequested();
            return null;
        }
        return await route.WaitAsync(token);
    }

    /// <param name="again">Another model was asked for the same before: the debounce is over.</param>
    private Generation Begin(Pending pending, RouteAnswer route, bool again)
    {
        var (query, settings) = (pending.Query, pending.Settings);
        using var measured = pending.Trace.Measure("prompt");
        var pause = again || query.Trigger != CompletionTrigger.Automatic ? TimeSpan.Zero : Debounce.For(route.Status.TimeToFirstTokenMs, settings.Debounce);
        var plan = planner.Plan(query, route.Route!, settings, pause, asTyped: false);
        if (plan.Origin == disagreed && plan.Prompt.Grammar is null)
        {
            // Asked from the start of the name the model said another name: this time the prompt holds what was typed.
            plan = planner.Plan(query, route.Route!, settings, TimeSpan.Zero, asTyped: true);
        }
        return generations.Begin(plan);
    }

    private Suggestion? Pattern(CompletionQuery query, CompletionSettings settings, StageTrace trace)
    {
        using var measured = trace.Measure("patterns");
        var rules = new PatternRules(settings.Blocks, settings.MaxLines);
        if (patterns.Suggest(query.Path, query.Continued, rules).Suggestion is not { } suggestion)
        {
            return null;
        }
        var source = new SuggestionSource(Engine.Patterns, null, null, null, null, suggestion.Sources);
        var answer = new KnownAnswer(new AnswerOrigin(query.Uri, query.Continued.Before, query.Continued.After), suggestion.Text, suggestion.ReplaceAfter, source);
        return answer.SuggestionAt(query, suggestion.Text, suggestion.ReplaceAfter, trace);
    }

    private KnownAnswer Remember(AnswerOrigin origin, Draft draft, CompletionQuery query, SuggestionSource source)
    {
        var typed = origin.TypedIn(query.Uri, query.Continued)!;
        return known.Remember(new KnownAnswer(origin with { After = query.Continued.After }, typed + draft.Text, draft.ReplaceAfter, source));
    }

    /// <summary>A query under way, with what Patterns have for it.</summary>
    private sealed record Pending(CompletionQuery Query, CompletionSettings Settings, Suggestion? Pattern, long Asked, StageTrace Trace);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}:{Caret}: {Outcome}")]
    private partial void LogAnswer(string path, int caret, string outcome);
}
