using Assistant.ModelServers;

namespace Assistant.Completion;

/// <summary>
/// One request to a model, from its debounce to its end. A generation outlives the queries that wait for it and serves further typing that
/// agrees with it. It is closed, with its connection, when an edit disagrees or no query waits for it.
/// </summary>
/// <param name="Closing">Cancelled to close the connection.</param>
internal sealed record Generation(long Id, GenerationPlan Plan, CancellationTokenSource Closing);

internal enum GenerationPhase
{
    /// <summary>The request is not sent: a new query may replace the generation at no cost.</summary>
    Pausing,

    /// <summary>The generation waits for its slot, or for the first byte.</summary>
    Asking,
    Streaming,
}

/// <param name="Closed">The reason for closing the generation early; null for a generation that came to its end.</param>
internal sealed record GenerationEnd(string? Closed, ModelServerException? Failure);

/// <summary>The state of a generation at one moment.</summary>
/// <param name="Raw">All of the model's text so far, never shortened.</param>
/// <param name="End">Null while the generation runs.</param>
/// <param name="Waiters">Queries that wait for the generation, and followers that may announce a better answer from it.</param>
/// <param name="Departures">Counts the waiters that left.</param>
internal sealed record GenerationProgress(
    Generation Generation, GenerationPhase Phase, string Raw, GenerationEnd? End, int Waiters, int Departures)
{
    /// <summary>A generation that begins, with the query that began it as its waiter.</summary>
    public static GenerationProgress Start(Generation generation) =>
        new(generation, GenerationPhase.Pausing, Raw: "", End: null, Waiters: 1, Departures: 0);

    public long Id => Generation.Id;

    public GenerationPlan Plan => Generation.Plan;

    public bool IsAlive => End is null;

    public SuggestionSource Source => new(Engine.Model, Plan.Route.Endpoint.Name, Plan.Route.ModelId, Plan.Request.Prompt, Raw, []);

    public CompletionCandidate Candidate => new RawCandidate(Plan.Origin, Source, Raw, Plan.Rules, Ended: !IsAlive);

    /// <summary>True where the query continues the text so far.</summary>
    public bool AgreesWith(CompletionQuery query) => Agrees(Plan.Origin.TypedIn(query.Uri, query.Continued));

    /// <summary>As above, for a text whose caret is not known.</summary>
    public bool AgreesWith(string uri, string text) => Agrees(Plan.Origin.InsertedIn(uri, text));

    private bool Agrees(string? typed) => typed is not null && Agreement.Holds(Raw, typed);
}
