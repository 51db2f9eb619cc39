using Assistant.Settings;
using Microsoft.Extensions.FileSystemGlobbing;

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
        if (settings.DisabledLanguages.Contains(query.Document.LanguageId, StringComparer.OrdinalIgnoreCase))
        {
            return (NoSuggestionReason.LanguageDisabled, $"Ghost text is switched off for {query.Document.LanguageId} (assistant.completion.disabledLanguages).");
        }
        if (IsExcluded(query, settings))
        {
            return (NoSuggestionReason.FileExcluded, "The file is excluded (assistant.completion.excludedFiles).");
        }
        if (query.Trigger == CompletionTrigger.Automatic && query.Continued.After is [var next, ..] && IsWord(next))
        {
            return (NoSuggestionReason.InWord, "The caret stands before the rest of a word.");
        }
        return null;
    }

    /// <summary>Globs are meant from the workspace folder that holds the file, or, outside of all, from the file's own.</summary>
    private static bool IsExcluded(CompletionQuery query, CompletionSettings settings)
    {
        if (settings.ExcludedFiles.Count == 0)
        {
            return false;
        }
        var folder = query.Folder ?? Path.GetDirectoryName(query.Path) ?? "/";
        var matcher = new Matcher(StringComparison.OrdinalIgnoreCase);
        matcher.AddIncludePatterns(settings.ExcludedFiles);
        return matcher.Match(folder, query.Path).HasMatches;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
