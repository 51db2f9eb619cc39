using Assistant.Server;

namespace Assistant.Handlers;

/// <summary>
/// The effects of a session: every action that follows from a change of the state, in the order in which they run behind the loop.
/// <see cref="EffectQueue{TState}"/> says what is guaranteed.
/// </summary>
internal static class SessionEffects
{
    public static IReadOnlyList<Effect<SessionState>> List(
        SessionServices services,
        TextSync textSync,
        ConfigurationHandler configuration,
        SettingsFileWatch settingsFiles,
        Secrets secrets,
        WorkspaceLoading loading,
        StatusReporter status) =>
    [
        // A completion that comes behind an edit or behind other settings must not be served under the old ones.
        new("close generations that contradict the edit", EffectTiming.BeforeReads, (before, after) =>
            OpenDocuments.UpdateCompletion(services.Completion, before, after)),
        new("use the changed settings", EffectTiming.BeforeReads, (before, after) => UseSettings(services, before, after)),

        new("report the client's fault", EffectTiming.Afterwards, (step, _) =>
            step.Fault is { } fault ? textSync.ReportAsync(fault) : Task.CompletedTask),
        new("index the open documents", EffectTiming.Afterwards, (before, after) =>
            OpenDocuments.UpdatePatterns(services.PatternFeed, before, after)),
        new("load the workspace", EffectTiming.Afterwards, loading.Update),
        new("watch the settings files", EffectTiming.Afterwards, settingsFiles.Update),
        new("report the settings' problems", EffectTiming.Afterwards, (step, _) =>
            configuration.ReportProblemsAsync(step.Before, step.After)),
        new("request the keys that the settings name", EffectTiming.Afterwards, (step, token) =>
            secrets.RequestMissingAsync(step.Before, step.After, token)),
        new("refresh the model status", EffectTiming.Afterwards, (step, token) =>
            RefreshStatusAsync(services, step.Before, step.After, token)),
        new("report the status", EffectTiming.Afterwards, status.Update),
    ];

    private static void UseSettings(SessionServices services, SessionState before, SessionState after)
    {
        if (ReferenceEquals(before.Settings, after.Settings))
        {
            return;
        }
        services.Records.Use(after.Settings);
        services.Models.Use(after.Settings);
        // Answers that were made under other rules are not shown. A running request goes on where only the model is another.
        if (before.Settings.Completion != after.Settings.Completion)
        {
            services.Completion.Reset("the settings have changed");
        }
    }

    /// <summary>The status bar shows which model answers before the first key, and before the next one after a change.</summary>
    private static Task RefreshStatusAsync(SessionServices services, SessionState before, SessionState after, CancellationToken token) =>
        (after.Phase == SessionPhase.MayLoad && before.Phase != after.Phase) || !ReferenceEquals(before.Settings, after.Settings)
            ? services.Models.RefreshStatusAsync(token)
            : Task.CompletedTask;
}
