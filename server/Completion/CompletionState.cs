using System.Collections.Immutable;
using Assistant.Prompts;

namespace Assistant.Completion;

/// <summary>
/// Everything that outlives a query. Immutable: each change is one of the named transitions below, a pure function that returns the next
/// state and the effects to run after it. At most one generation is alive.
/// </summary>
internal sealed record CompletionState
{
    private const int MaxWindows = 50;

    public static CompletionState Empty { get; } = new();

    /// <summary>The living generation, if there is one, and ended generations that still have waiters.</summary>
    public ImmutableArray<GenerationProgress> Generations { get; init; } = [];

    public KnownAnswers Known { get; init; } = KnownAnswers.Empty;

    /// <summary>The number of the last query. An older query begins no generation behind its answer.</summary>
    public long LastQuery { get; init; }

    /// <summary>The number of the last generation.</summary>
    public long LastGeneration { get; init; }

    /// <summary>The last place at which a model's answer did not begin with the typed half of a name.</summary>
    public AnswerOrigin? Disagreed { get; init; }

    /// <summary>A model's suggestion on the screen whose outcome is open.</summary>
    public ShapedCandidate? OnScreen { get; init; }

    /// <summary>URI → the prompt window of the document.</summary>
    public ImmutableDictionary<string, PromptWindow> Windows { get; init; } = ImmutableDictionary<string, PromptWindow>.Empty;

    /// <summary>The last request that was sent to a model, with its answer so far; null before the first.</summary>
    public GenerationProgress? LastSent { get; init; }

    /// <summary>The last query's answer; null before the first.</summary>
    public CompletionAnswer? LastAnswer { get; init; }

    public GenerationProgress? Live => Generations.FirstOrDefault(generation => generation.IsAlive);

    /// <summary>Null for a generation that ended and has no waiters.</summary>
    public GenerationProgress? Find(long id) => Generations.FirstOrDefault(generation => generation.Id == id);

    /// <summary>A query arrived. Its text may decide the outcome of the suggestion on the screen.</summary>
    public Transition Asked(CompletionQuery query)
    {
        var next = this with { LastQuery = LastQuery + 1 };
        if (OnScreen is not { } shown)
        {
            return next;
        }
        var typed = shown.Origin.TypedIn(query.Uri, query.Continued);
        return typed is not null && typed.AsSpan().Trim().StartsWith(shown.Text.AsSpan().Trim()) ? next.Decided(kept: true)
            : typed is null || Agreement.Consumed(shown.Text, typed) is null ? next.Decided(kept: false)
            : next;
    }

    /// <summary>The editor reported that the suggestion on the screen was accepted.</summary>
    public Transition Accepted() => Decided(kept: true);

    /// <summary>A query has its answer; a suggestion becomes a known answer.</summary>
    /// <param name="askedBy">The generation that was begun for the answer's place; null where no model was asked.</param>
    public Transition Answered(CompletionQuery query, CompletionAnswer answer, long? askedBy)
    {
        var next = this with { LastAnswer = answer };
        if (answer is not Suggestion suggestion)
        {
            return next;
        }
        next = next with { Known = Known.With(suggestion.Continuation, askedBy) };
        var source = suggestion.Source;
        // A longer part of the same answer is the same suggestion.
        if (source.Engine != Engine.Model
            || (OnScreen?.Source is { } before
                && (before.Endpoint, before.Model, before.Prompt) == (source.Endpoint, source.Model, source.Prompt)))
        {
            return next;
        }
        var (decided, effects) = next.Decided(kept: false);
        return new(decided with { OnScreen = new ShapedCandidate(AnswerOrigin.At(query), source, suggestion.Inserted, 0) }, effects);
    }

    /// <summary>A better answer is ready behind the one on the screen.</summary>
    public Transition Improved(Suggestion better, long askedBy) => this with { Known = Known.With(better.Continuation, askedBy) };

    /// <summary>The query waits for the living generation where both agree; a generation that disagrees is closed.</summary>
    public Transition Joined(CompletionQuery query) =>
        Live is not { } live ? this
        // A newer text makes a better prompt, and replacing a generation before its request costs nothing.
        : live.Phase == GenerationPhase.Pausing ? Closed(live, "a newer query came in its pause")
        : !live.AgreesWith(query) ? Closed(live, "a newer query disagrees with it")
        : With(live with { Waiters = live.Waiters + 1 });

    /// <summary>A generation begins, with its query as the first waiter, and replaces the living one.</summary>
    /// <param name="closing">Cancelled when the generation is closed.</param>
    public Transition Begun(GenerationPlan plan, CancellationTokenSource closing)
    {
        var (next, effects) = Live is { } live ? Closed(live, "replaced by a newer one") : this;
        var begun = GenerationProgress.Start(new Generation(LastGeneration + 1, plan, closing));
        return new((next with { LastGeneration = begun.Id }).With(begun), effects);
    }

    /// <summary>
    /// As <see cref="Begun"/>, behind a suggestion for which no model was asked. No generation begins after a newer query.
    /// </summary>
    /// <param name="query">The number of the suggestion's query.</param>
    public Transition BegunBehind(GenerationPlan plan, CancellationTokenSource closing, ShapedCandidate shown, long query)
    {
        if (query != LastQuery)
        {
            return this;
        }
        var (next, effects) = Begun(plan, closing);
        return new(next with { Known = next.Known.Asked(shown, next.LastGeneration) }, effects);
    }

    /// <summary>A generation reported a phase or more text. A closed generation's reports do not count.</summary>
    public Transition Progressed(long id, GenerationPhase phase, string raw) =>
        Find(id) is { IsAlive: true } generation ? With(generation with { Phase = phase, Raw = raw }) : this;

    /// <summary>A generation came to its end, or failed.</summary>
    public Transition Ended(long id, GenerationEnd end) =>
        Find(id) is { IsAlive: true } generation ? With(generation with { End = end }) : this;

    /// <summary>A waiter left.</summary>
    public Transition Left(long id) =>
        Find(id) is { } left ? With(left with { Waiters = left.Waiters - 1, Departures = left.Departures + 1 }) : this;

    /// <summary>No query joined the generation in time.</summary>
    /// <param name="departures">The departures at the start of that time. A later departure starts a time of its own.</param>
    public Transition Orphaned(long id, int departures) =>
        Find(id) is { IsAlive: true, Waiters: 0 } orphan && orphan.Departures == departures
            ? Closed(orphan, "no query waits for it")
            : this;

    /// <summary>
    /// A waiter's text disagrees with the answer, which began at the start of a name: the next prompt holds the typed half.
    /// </summary>
    public Transition Disagrees(long id) => Find(id) is { } generation
        ? (this with { Disagreed = generation.Plan.Origin }).Closed(generation, "the typed text disagrees with it")
        : this;

    /// <summary>The text on the screen disagrees with the answer that is still to come.</summary>
    public Transition Contradicted(long id) =>
        Find(id) is { } generation ? Closed(generation, "it disagrees with the text on the screen") : this;

    /// <summary>A document has a new text.</summary>
    /// <param name="text">Called only where the document has a living generation.</param>
    public Transition Edited(string uri, Func<string> text) =>
        Live is { } live && live.Plan.Origin.Uri == uri && !live.AgreesWith(uri, text()) ? Closed(live, "an edit disagrees with it") : this;

    public Transition DocumentClosed(string uri) =>
        Live is { } live && live.Plan.Origin.Uri == uri ? Closed(live, "its document is closed") : this;

    /// <summary>The settings changed: the living generation is closed, and known answers are forgotten.</summary>
    public Transition Reset(string why)
    {
        var (next, effects) = Live is { } live ? Closed(live, why) : this;
        return new(next with { Known = KnownAnswers.Empty }, effects);
    }

    /// <summary>The prompt window of the query's document follows the text.</summary>
    /// <exception cref="InvalidOperationException">
    /// The file-access policy does not admit the document; callers check that first.
    /// </exception>
    public Transition Windowed(CompletionQuery query)
    {
        var text = query.Admission.Text ?? throw new InvalidOperationException(query.Admission.Verdict.Message);
        var window = PromptWindow.Next(Windows.GetValueOrDefault(query.Uri), text);
        var others = Windows.Count >= MaxWindows && !Windows.ContainsKey(query.Uri) ? Windows.Clear() : Windows;
        return this with { Windows = others.SetItem(query.Uri, window) };
    }

    private Transition Decided(bool kept) =>
        OnScreen is { Source: { Endpoint: { } endpoint, Model: { } model } }
            ? new Transition(this with { OnScreen = null }, [new RecordOutcome(endpoint, model, kept)])
            : this with { OnScreen = null };

    private Transition Closed(GenerationProgress generation, string why)
    {
        if (!generation.IsAlive)
        {
            return this;
        }
        var next = With(generation with { End = new GenerationEnd(why, null) });
        return new Transition(
            generation.Phase == GenerationPhase.Pausing ? next with { Known = next.Known.NotAsked(generation.Id) } : next,
            [new CloseGeneration(generation.Generation, why)]);
    }

    private CompletionState With(GenerationProgress changed)
    {
        var others = Generations.RemoveAll(generation => generation.Id == changed.Id);
        return this with
        {
            Generations = changed.IsAlive || changed.Waiters > 0 ? others.Add(changed) : others,
            LastSent = changed.Phase > GenerationPhase.Pausing && changed.Id >= (LastSent?.Id ?? 0) ? changed : LastSent,
        };
    }
}
