using Assistant.Basics;
using Assistant.FileAccess;
using Assistant.Settings;

namespace Assistant.Completion;

/// <summary>Refuses queries before any work is done. A query that the user invoked by key passes also before the rest of a word.</summary>
public static class CompletionGate
{
    /// <returns>Null where the query passes.</returns>
    public static (NoSuggestionReason Reason, string Detail)? Refusal(CompletionQuery query, CompletionSettings settings)
    {
        if (!settings.Enabled)
        {
            return (NoSuggestionReason.Disabled, "Ghost text is switched off (assistant.completion.enabled).");
        }
        if (settings.DisabledLanguages.Contains(query.Document.LanguageId, StringComparer.OrdinalIgnoreCase))
        {
            return (
                NoSuggestionReason.LanguageDisabled,
                $"Ghost text is switched off for {query.Document.LanguageId} (assistant.completion.disabledLanguages).");
        }
        if (query.Admission.Verdict is { Denial: { } denial, Message: var message })
        {
            return (ReasonOf(denial), message);
        }
        if (query.Trigger == CompletionTrigger.Automatic && query.Continued.After is [var next, ..] && Identifier.IsPart(next))
        {
            return (NoSuggestionReason.InWord, "The rest of a word follows the caret.");
        }
        return null;
    }

    private static NoSuggestionReason ReasonOf(FileDenial denial) => denial switch
    {
        FileDenial.Excluded => NoSuggestionReason.FileExcluded,
        FileDenial.Secret => NoSuggestionReason.FileSecret,
        _ => NoSuggestionReason.FileDenied,
    };
}
