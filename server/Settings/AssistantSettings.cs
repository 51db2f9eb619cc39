using Assistant.Basics;

namespace Assistant.Settings;

/// <summary>What holds now, put together from all sources. Immutable; a change makes a new record.</summary>
/// <param name="Endpoints">In the order of their priority; the default ports where nobody named one.</param>
public sealed record AssistantSettings(
    IReadOnlyList<EndpointSettings> Endpoints,
    CompletionSettings Completion,
    WorkspaceSettings Workspace,
    ModelSettings Models,
    PrivacySettings Privacy,
    RecordSettings Records)
{
    public static AssistantSettings Defaults { get; } = new(
        EndpointSettings.DefaultPorts,
        new CompletionSettings(
            Enabled: true,
            DisabledLanguages: [],
            Model: null,
            PreferredModels: [],
            Blocks: true,
            MaxLines: 12,
            Patterns: true,
            Debounce: null,
            ExcludedFiles: []),
        new WorkspaceSettings(Solution: null, ProjectCode: true),
        new ModelSettings(Preferences: new Dictionary<string, IReadOnlyList<string>>(), Families: new Dictionary<string, string>()),
        new PrivacySettings(AllowRemote: [], AuditText: false),
        new RecordSettings(Enabled: true, KeepDays: 90, Folder: null, OtlpEndpoint: null));
}

/// <param name="Enabled">False: no ghost text at all.</param>
/// <param name="DisabledLanguages">LSP language ids that get none.</param>
/// <param name="Model">The model that the user asked for by name: it alone is used, and may be loaded by using it.</param>
/// <param name="PreferredModels">Chooses among what is loaded; the first that matches by id or part of it.</param>
/// <param name="Blocks">False: one line at a time.</param>
/// <param name="MaxLines">The most lines that a suggestion may have.</param>
/// <param name="Patterns">False: nothing from the solution's own text.</param>
/// <param name="Debounce">Null: adapts to the measured time to the first token.</param>
/// <param name="ExcludedFiles">Globs from the workspace folder; such files get no ghost text and are shown to no model.</param>
/// <remarks>Equal settings, read again, must change nothing, so its lists are compared by their elements.</remarks>
public sealed record CompletionSettings(
    bool Enabled,
    EquatableList<string> DisabledLanguages,
    string? Model,
    EquatableList<string> PreferredModels,
    bool Blocks,
    int MaxLines,
    bool Patterns,
    TimeSpan? Debounce,
    EquatableList<string> ExcludedFiles);

/// <param name="Solution">The solution or project that the user chose, relative to the workspace; null: found.</param>
/// <param name="ProjectCode">False: nothing that lies in the workspace is executed (msbuild, generators).</param>
public sealed record WorkspaceSettings(string? Solution, bool ProjectCode);

/// <param name="Preferences">For each task (<c>completion</c>, <c>nextEdit</c>, <c>chatCoding</c>, …) the models to prefer among what is loaded, by id or part of it.</param>
/// <param name="Families">The families of models that our table does not know: from an id, or a part of it with <c>*</c> for any text, to a family's name.</param>
public sealed record ModelSettings(IReadOnlyDictionary<string, IReadOnlyList<string>> Preferences, IReadOnlyDictionary<string, string> Families);

/// <param name="AllowRemote">Names of endpoints outside this machine that may be sent code; none by default.</param>
/// <param name="AuditText">True: the audit log holds what was sent, not only its hash.</param>
public sealed record PrivacySettings(IReadOnlyList<string> AllowRemote, bool AuditText);

/// <param name="Enabled">False: nothing is written to the disk.</param>
/// <param name="KeepDays">Rows older than this are removed.</param>
/// <param name="Folder">Where the database and the audit log lie; null: the platform's folder for application data. An absolute path.</param>
/// <param name="OtlpEndpoint">Where metrics are sent; null: nowhere.</param>
public sealed record RecordSettings(bool Enabled, int KeepDays, string? Folder, Uri? OtlpEndpoint);
