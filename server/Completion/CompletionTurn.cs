using Assistant.Basics;
using Assistant.ModelServers;
using Assistant.Routing;
using Assistant.Settings;

namespace Assistant.Completion;

/// <summary>A query under way.</summary>
/// <param name="Number">Counts the queries of the session.</param>
/// <param name="Arrived">Timestamp of the clock.</param>
/// <param name="Pattern">The suggestion of Patterns for the query, if there is one.</param>
/// <param name="Routing">The search for a model, which starts at its first use.</param>
internal sealed record CompletionTurn(
    long Number,
    CompletionQuery Query,
    CompletionSettings Settings,
    long Arrived,
    StageTrace Trace,
    Suggestion? Pattern,
    Lazy<Task<RouteAnswer>> Routing)
{
    /// <summary>The budget of requests to models for the query.</summary>
    public AttemptBudget Attempts { get; } = new(AttemptBudget.Completion);

    /// <summary>Patterns and first lines may go ahead of the model's answer.</summary>
    public bool MayAnswerEarly => Query.Trigger != CompletionTrigger.Final;

    public NoSuggestion Nothing(NoSuggestionReason reason, string detail, SuggestionSource? source = null) =>
        new(reason, detail, source, Trace);
}

/// <summary>The answer to a turn, and the model's part in it.</summary>
/// <param name="AskedBy">The generation that was begun for the answer's place; null where no model was asked.</param>
/// <param name="Following">A generation that goes on behind the answer and may improve it. The turn is still one of its waiters.</param>
internal sealed record TurnAnswer(CompletionAnswer Answer, long? AskedBy, Generation? Following = null);
