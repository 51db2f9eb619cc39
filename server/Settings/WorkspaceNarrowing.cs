namespace Assistant.Settings;

/// <summary>
/// The workspace's own file may switch off, exclude and prefer; it may not say where code is sent, what is executed, or widen anything.
/// What is not its own to set was left out when it was read (<c>x-workspace</c> in the schema); here the rest narrows.
/// </summary>
internal static class WorkspaceNarrowing
{
    public static AssistantSettings Apply(AssistantSettings settings, SettingsDocument? document, List<string> warnings)
    {
        if (document is null)
        {
            return settings;
        }
        warnings.AddRange(document.Problems);
        if (document.Workspace?.ProjectCode == true && !settings.Workspace.ProjectCode)
        {
            warnings.Add($"The workspace's {SettingsSources.FileName} sets workspace.projectCode to true: that is the user's to decide, so it has no effect.");
        }
        if (document.Workspace?.Solution is { } named && Inside(named) is null)
        {
            warnings.Add($"The workspace's {SettingsSources.FileName} sets workspace.solution to \"{named}\", which lies outside of the workspace; it has no effect. Put it into your own settings if you want it.");
        }
        var completion = document.Completion;
        return settings with
        {
            Completion = settings.Completion with
            {
                Enabled = settings.Completion.Enabled && completion?.Enabled != false,
                DisabledLanguages = [.. settings.Completion.DisabledLanguages.Union(completion?.DisabledLanguages ?? [])],
                PreferredModels = completion?.PreferredModels is { } preferred ? [.. preferred] : settings.Completion.PreferredModels,
                Blocks = settings.Completion.Blocks && completion?.Blocks != false,
                MaxLines = Math.Min(settings.Completion.MaxLines, completion?.MaxLines ?? int.MaxValue),
                Patterns = settings.Completion.Patterns && completion?.Patterns != false,
                ExcludedFiles = [.. settings.Completion.ExcludedFiles.Union(completion?.ExcludedFiles ?? [])],
            },
            // Among the user's own models, and only what is loaded: nothing goes where it would not have gone.
            Models = settings.Models with
            {
                Preferences = (document.Models?.Preferences ?? new Dictionary<string, IReadOnlyList<string>>())
                    .Concat(settings.Models.Preferences)
                    .DistinctBy(preference => preference.Key)
                    .ToDictionary(),
            },
            Workspace = settings.Workspace with
            {
                Solution = settings.Workspace.Solution ?? Inside(document.Workspace?.Solution),
                ProjectCode = settings.Workspace.ProjectCode && document.Workspace?.ProjectCode != false,
            },
        };
    }

    // A repository is not to name what lies beside it: loading it would run its code.
    private static string? Inside(string? solution) =>
        solution is null || Path.IsPathRooted(solution) || solution.Split('/', '\\').Contains("..") ? null : solution;
}
