namespace Assistant.Settings;

/// <summary>
/// The workspace's own file may switch off, exclude and prefer; it may not say where code is sent, what is executed, or widen anything.
/// </summary>
internal static class WorkspaceNarrowing
{
    public static AssistantSettings Apply(AssistantSettings settings, SettingsDocument? document, List<string> warnings)
    {
        if (document is null)
        {
            return settings;
        }
        foreach (var key in document.Unknown?.Keys ?? Enumerable.Empty<string>())
        {
            warnings.Add($"The workspace's {SettingsSources.FileName}: \"{key}\" is not known, or not the workspace's to set; it has no effect.");
        }
        Refuse(document.Endpoints is not null, "endpoints");
        Refuse(document.Completion?.Model is not null, "completion.model (use completion.preferredModels)");
        Refuse(document.Workspace?.ProjectCode == true, "workspace.projectCode");

        var completion = document.Completion;
        return settings with
        {
            Completion = settings.Completion with
            {
                Enabled = settings.Completion.Enabled && completion?.Enabled != false,
                DisabledLanguages = [.. settings.Completion.DisabledLanguages.Union(completion?.DisabledLanguages ?? [])],
                PreferredModels = completion?.PreferredModels ?? settings.Completion.PreferredModels,
                Blocks = settings.Completion.Blocks && completion?.Blocks != false,
                MaxLines = Math.Max(1, Math.Min(settings.Completion.MaxLines, completion?.MaxLines ?? int.MaxValue)),
                Patterns = settings.Completion.Patterns && completion?.Patterns != false,
                ExcludedFiles = [.. settings.Completion.ExcludedFiles.Union(completion?.ExcludedFiles ?? [])],
            },
            Workspace = settings.Workspace with
            {
                Solution = settings.Workspace.Solution ?? document.Workspace?.Solution,
                ProjectCode = settings.Workspace.ProjectCode && document.Workspace?.ProjectCode != false,
            },
        };

        void Refuse(bool present, string setting)
        {
            if (present)
            {
                warnings.Add($"The workspace's {SettingsSources.FileName} sets {setting}: that is the user's to decide, so it is ignored. Put it into your own settings if you want it.");
            }
        }
    }
}
