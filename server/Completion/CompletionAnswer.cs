using Assistant.Basics;

namespace Assistant.Completion;

/// <summary>A <see cref="Suggestion"/>, or the reason why there is none, with the time that each stage took.</summary>
public abstract record CompletionAnswer(StageTrace Trace);

/// <param name="Detail">A sentence for the log, and for a user who invoked the completion.</param>
/// <param name="Source">The prompt and the raw text of a model that answered; else null.</param>
public sealed record NoSuggestion(NoSuggestionReason Reason, string Detail, SuggestionSource? Source, StageTrace Trace)
    : CompletionAnswer(Trace);

/// <summary>The origin of a suggestion, or of an attempt at one.</summary>
/// <param name="Endpoint">Null for Patterns.</param>
/// <param name="Model">Null for Patterns.</param>
/// <param name="Files">The files in which Patterns found the text.</param>
public sealed record SuggestionSource(
    Engine Engine, string? Endpoint, string? Model, string? Prompt, string? Raw, IReadOnlyList<string> Files);

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

    /// <summary>The document is of a kind that holds secrets.</summary>
    FileSecret,

    /// <summary>Another rule of the file-access policy; the detail names it.</summary>
    FileDenied,

    /// <summary>The rest of a word follows the caret.</summary>
    InWord,

    /// <summary>No model can answer, and Patterns had no suggestion.</summary>
    NoModel,

    /// <summary>The model works on another request, and Patterns had no suggestion.</summary>
    ModelBusy,

    /// <summary>The model server failed at this request.</summary>
    ModelFailed,

    /// <summary>The candidate did not pass shaping or its verdict.</summary>
    Withheld,

    /// <summary>The caller asked only Patterns, which had no suggestion.</summary>
    NoPattern,

    /// <summary>The generation was closed for a newer one.</summary>
    Replaced,
}
