namespace Assistant.Settings;

/// <summary>
/// Applies the workspace's own file. It may switch off, exclude and prefer; it may not decide where code is sent or which code is executed.
/// The reader has removed settings that a workspace may not set at all (<c>x-workspace</c> in the schema).
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
            warnings.Add(
                $"The workspace's {SettingsSources.FileName} sets workspace.projectCode to true; "
                + "only the user may do that, so it has no effect.");
        }
        if (document.Workspace?.Solution is { } named && Inside(named) is null)
        {
            warnings.Add(
                $"The workspace's {SettingsSources.FileName} sets workspace.solution to \"{named}\", which lies outside of the workspace; "
                + "it has no effect. Put it into your own settings if you want it.");
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
                ExcludedFiles = [.. settings.Completion.ExcludedFiles.Union(
                    ExcludedGlobs.Usable(completion?.ExcludedFiles ?? [], $"workspace's {SettingsSources.FileName}", warnings))],
            },
            // The preferences choose among the user's own loaded models, so they send code to no other server.
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

    // Loading a solution runs its code, so a repository may not name one outside of the workspace.
    private static string? Inside(string? solution) =>
        solution is null || Path.IsPathRooted(solution) || solution.Split('/', '\\').Contains("..") ? null : solution;
}
