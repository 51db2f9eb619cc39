using Assistant.Basics;

namespace Assistant.Completion;

/// <summary>Either a suggestion or the reason why there is none, with how long each stage took.</summary>
public abstract record CompletionAnswer(StageTrace Trace);

/// <param name="Text">What would stand between <paramref name="Start"/> and <paramref name="End"/>.</param>
/// <param name="Start">UTF-16 offset; both lie on the caret's line.</param>
/// <param name="Source">What made it.</param>
/// <param name="Partial">More of it is on its way.</param>
public sealed record Suggestion(string Text, int Start, int End, SuggestionSource Source, bool Partial, StageTrace Trace)
    : CompletionAnswer(Trace);

/// <param name="Source">Given where a model was asked: its prompt and its own words.</param>
/// <param name="Detail">A sentence for the log and for the person who asked by key.</param>
public sealed record NoSuggestion(NoSuggestionReason Reason, string Detail, SuggestionSource? Source, StageTrace Trace)
    : CompletionAnswer(Trace);

/// <summary>What made a suggestion, or tried to.</summary>
/// <param name="Endpoint">Null for patterns.</param>
/// <param name="Model">Null for patterns.</param>
/// <param name="Files">Where patterns saw it.</param>
public sealed record SuggestionSource(Engine Engine, string? Endpoint, string? Model, string? Prompt, string? Raw, IReadOnlyList<string> Files);

public enum Engine
{
    Model,
    Patterns,
}

public enum NoSuggestionReason
{
    Disabled,
    LanguageDisabled,
    FileExcluded,

    /// <summary>The caret stands before the rest of a word.</summary>
    InWord,

    /// <summary>No model can answer, and Patterns had nothing.</summary>
    NoModel,

    /// <summary>The model is at work on something else, and Patterns had nothing.</summary>
    ModelBusy,

    /// <summary>The model server failed at this request.</summary>
    ModelFailed,

    /// <summary>The model answered, and nothing of it could be shown.</summary>
    Withheld,

    /// <summary>Patterns alone was asked and had nothing.</summary>
    NoPattern,

    /// <summary>The generation was stopped for a newer one.</summary>
    Replaced,
}
