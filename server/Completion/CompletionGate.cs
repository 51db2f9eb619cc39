using Assistant.Settings;

namespace Assistant.Completion;

/// <summary>Whether to suggest anything here at all, before any work is done. What is asked for by key passes.</summary>
public static class CompletionGate
{
    /// <returns>Null where the query passes.</returns>
    public static (NoSuggestionReason Reason, string Detail)? Refusal(CompletionQuery query, CompletionSettings settings)
    {
        if (!settings.Enabled)
        {
            return (NoSuggestionReason.Disabled, "Ghost text is switched off (assistant.completion.enabled).");
        }
        if (settings.DisabledLanguages.Contains(query.LanguageId, StringComparer.OrdinalIgnoreCase))
        {
            return (NoSuggestionReason.LanguageDisabled, $"Ghost text is switched off for {query.LanguageId} (assistant.completion.disabledLanguages).");
        }
        if (query.Trigger == CompletionTrigger.Automatic && query.Continued.After is [var next, ..] && IsWord(next))
        {
            return (NoSuggestionReason.InWord, "The caret stands before the rest of a word.");
        }
        return null;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
