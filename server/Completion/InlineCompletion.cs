using Assistant.Basics;
using Assistant.Models;
using Assistant.Models.Scheduling;
using Assistant.Patterns;
using Assistant.Settings;
using Assistant.Shaping;
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
    IModelRouter router, IFimClient client, Scheduler scheduler, PatternIndex patterns, TimeProvider clock, ILogger<InlineCompletion> logger)
{
    /// <summary>A model that has not answered by then leaves the place to Patterns, until it has.</summary>
    private static readonly TimeSpan PatternsAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>A first line that is complete is shown where the rest takes longer than this.</summary>
    private static readonly TimeSpan FirstLineAfter = TimeSpan.FromMilliseconds(400);

    private readonly Generations generations = new(client, scheduler, clock, logger);
    private readonly CompletionPlanner planner = new();
    private readonly KnownAnswers known = new();
    private AnswerOrigin? disagreed;

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
        using (trace.Measure("total"))
        {
            answer = await AnswerAsync(query, settings, trace, token);
        }
        LogAnswer(query.Path, query.Text.Caret, answer is NoSuggestion none ? $"nothing ({none.Reason}: {none.Detail})" : $"a suggestion by {((Suggestion)answer).Source.Engine}");
        if (answer is Suggestion { Source.Engine: Engine.Patterns } shown)
        {
            // What is on the screen stays while it is typed.
            known.Remember(new KnownAnswer(
                new AnswerOrigin(query.Uri, query.Continued.Before, query.Continued.After),
                shown.Text[(query.Selected?.Text.Length ?? 0)..],
                shown.End - Math.Max(query.Text.Caret, query.Selected?.End ?? 0),
                shown.Source));
        }
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

    /// <summary>Called for every edit, in order: a generation that an edit disagrees with is closed at once.</summary>
    public void Edited(string uri, SourceText text) => generations.Edited(uri, text);

    public void DocumentClosed(string uri) => generations.DocumentClosed(uri);

    /// <summary>Stops what runs and forgets what is known: another model, other settings.</summary>
    public void Reset(string why)
    {
        generations.CloseAll(why);
        known.Forget();
    }

    private async Task<CompletionAnswer> AnswerAsync(CompletionQuery query, CompletionSettings settings, StageTrace trace, CancellationToken token)
    {
        if (CompletionGate.Refusal(query, settings) is var (reason, detail))
        {
            return Nothing(reason, detail);
        }
        var pending = new Pending(query, settings, settings.Patterns ? Pattern(query, settings, trace) : null, clock.GetTimestamp(), trace);
        if (generations.Join(query) is { } living && await WaitAsync(living, pending, token) is { } served)
        {
            return served;
        }
        if (Known(query, trace) is { } remembered)
        {
            return remembered;
        }
        if (await RouteAsync(pending, token) is not { } route)
        {
            return pending.Pattern!;
        }
        if (route.Route is null)
        {
            return pending.Pattern ?? (CompletionAnswer)Nothing(NoSuggestionReason.NoModel, $"{route.Status.Message} {route.Status.Remedy}".TrimEnd());
        }
        // A second round follows where the answer that was asked at the start of a name is not the one that was typed meanwhile.
        for (var round = 0; round < 2; round++)
        {
            if (await WaitAsync(Begin(query, route, settings, trace), pending, token) is { } answer)
            {
                return answer;
            }
        }
        return pending.Pattern ?? (CompletionAnswer)Nothing(NoSuggestionReason.Replaced, "The model's answer does not begin with what was typed.");

        NoSuggestion Nothing(NoSuggestionReason why, string words) => new(why, words, null, trace);
    }

    /// <summary>Null where Patterns answer first, since finding out which model there is takes longer.</summary>
    private async Task<RouteAnswer?> RouteAsync(Pending pending, CancellationToken token)
    {
        using var measured = pending.Trace.Measure("route");
        // Finding out goes on when this query is cancelled: else nobody who types would ever learn it.
        var route = router.RouteAsync(pending.Query.RouteRequest, CancellationToken.None);
        if (pending is { Pattern: not null, Query.Trigger: not CompletionTrigger.Final } && await Task.WhenAny(route, Task.Delay(PatternsAfter, clock, token)) != route)
        {
            token.ThrowIfCancellationRequested();
            return null;
        }
        return await route.WaitAsync(token);
    }

    private Generation Begin(CompletionQuery query, RouteAnswer route, CompletionSettings settings, StageTrace trace)
    {
        using var measured = trace.Measure("prompt");
        var pause = query.Trigger != CompletionTrigger.Automatic ? TimeSpan.Zero : Debounce.For(route.Status.TimeToFirstTokenMs, settings.Debounce);
        var plan = planner.Plan(query, route.Route!, settings, pause, asTyped: false);
        if (plan.Origin == disagreed && plan.Prompt.Grammar is null)
        {
            // Asked from the start of the name the model said another name: this time the prompt holds what was typed.
            plan = planner.Plan(query, route.Route!, settings, TimeSpan.Zero, asTyped: true);
        }
        return generations.Begin(plan);
    }

    /// <summary>Waits for something to show. Null where the generation disagrees with the query.</summary>
    private async Task<CompletionAnswer?> WaitAsync(Generation generation, Pending pending, CancellationToken token)
    {
        var answered = false;
        using var measured = pending.Trace.Measure("model");
        try
        {
            while (true)
            {
                var progress = generation.Progress;
                if (!generation.AgreesWith(pending.Query))
                {
                    disagreed = generation.Plan.Origin;
                    generation.Close("what was typed disagrees with it");
                    return null;
                }
                if (progress.Ended?.Closed is { } closed)
                {
                    // For a newer query, or since nobody waited: that one is served, this one has had its time.
                    return pending.Pattern ?? (CompletionAnswer)new NoSuggestion(NoSuggestionReason.Replaced, $"The generation was stopped: {closed}.", null, pending.Trace);
                }
                if (progress.Ended is { } end)
                {
                    return End(generation, progress.Raw, end, pending);
                }
                var waited = clock.GetElapsedTime(pending.Asked);
                if (waited >= FirstLineAfter && pending.Query.Trigger != CompletionTrigger.Final && FirstLine(generation, progress.Raw, pending) is { } first)
                {
                    answered = true;
                    return Follow(generation, first, pending.Query);
                }
                if (waited >= PatternsAfter && pending.Query.Trigger != CompletionTrigger.Final && pending.Pattern is { } pattern && !progress.Raw.Contains('\n'))
                {
                    answered = true;
                    return Follow(generation, pattern, pending.Query);
                }
                var next = waited < PatternsAfter ? PatternsAfter - waited : waited < FirstLineAfter ? FirstLineAfter - waited : Timeout.InfiniteTimeSpan;
                await Task.WhenAny(progress.Changed, Task.Delay(next, clock, token));
                token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            generations.Leave(generation, answered);
        }
    }

    /// <summary>What stands at the end of a generation: the model's answer, else Patterns', else the reason.</summary>
    private CompletionAnswer End(Generation generation, string raw, GenerationEnd end, Pending pending)
    {
        var source = generation.Source(raw);
        if (end.Failure is { } failure)
        {
            return pending.Pattern ?? (CompletionAnswer)new NoSuggestion(NoSuggestionReason.ModelFailed, $"{failure.Message} {failure.Remedy}", source, pending.Trace);
        }
        switch (generation.ShapedFor(pending.Query, raw).Finish())
        {
            case ShapeResult.Shown(var draft):
                var answer = Remember(generation.Plan.Origin, draft, pending.Query, source);
                return answer.SuggestionAt(pending.Query, draft.Text, draft.ReplaceAfter, pending.Trace);
            case ShapeResult.Rejected(var reason, var words):
                return pending.Pattern ?? (CompletionAnswer)new NoSuggestion(NoSuggestionReason.Withheld, $"{reason}: {words}", source, pending.Trace);
            default:
                throw new InvalidOperationException("A shape result is a draft or a rejection.");
        }
    }

    private Suggestion? FirstLine(Generation generation, string raw, Pending pending)
    {
        var shaper = generation.ShapedFor(pending.Query, raw);
        if (shaper.Current is not { } draft)
        {
            return null;
        }
        var answer = Remember(generation.Plan.Origin, draft, pending.Query, generation.Source(raw));
        return answer.SuggestionAt(pending.Query, draft.Text, draft.ReplaceAfter, pending.Trace) with { Partial = true };
    }

    /// <summary>Goes on with a generation behind what was shown, and tells when its end is better.</summary>
    private Suggestion Follow(Generation generation, Suggestion shown, CompletionQuery query)
    {
        _ = FollowAsync(generation, shown, query);
        return shown;
    }

    private async Task FollowAsync(Generation generation, Suggestion shown, CompletionQuery query)
    {
        var origin = generation.Plan.Origin;
        var typed = origin.TypedIn(query.Uri, query.Continued)!;
        var shownText = typed + shown.Text[(shown.Text.Length - ShownLength(shown, query))..];
        while (generation.Progress is { Ended: null } progress)
        {
            if (!Agreement.Holds(progress.Raw, shownText))
            {
                generation.Close("it disagrees with what is on the screen");
            }
            await progress.Changed;
        }
        var ended = generation.Progress;
        if (ended.Ended is { Closed: null, Failure: null }
            && generation.ShapedFor(query, ended.Raw).Finish() is ShapeResult.Shown(var draft)
            && draft.Text.Length > ShownLength(shown, query)
            && Agreement.Consumed(draft.Text, shown.Text.AsSpan(shown.Text.Length - ShownLength(shown, query))) is not null)
        {
            Remember(origin, draft, query, generation.Source(ended.Raw));
            BetterFound?.Invoke(new BetterAnswer(query.Uri, query.Version, query.Text.Caret));
        }
    }

    // The selected entry is part of the item's text, and not of the draft's.
    private static int ShownLength(Suggestion shown, CompletionQuery query) => shown.Text.Length - (query.Selected?.Text.Length ?? 0);

    private Suggestion? Known(CompletionQuery query, StageTrace trace) =>
        known.Find(query) is var (answer, text, replaceAfter) ? answer.SuggestionAt(query, text, replaceAfter, trace) : null;

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
