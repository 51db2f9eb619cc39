using Assistant.Basics;

namespace Assistant.Settings;

/// <summary>The effective settings, merged from all sources. Immutable; a change makes a new record.</summary>
/// <param name="Endpoints">In the order of their priority; the default ports if no source names an endpoint.</param>
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
/// <param name="DisabledLanguages">LSP language ids without ghost text.</param>
/// <param name="Model">The only model to use, named by the user; a request may load it.</param>
/// <param name="PreferredModels">Ids or parts of ids; the first that matches a loaded model is chosen.</param>
/// <param name="Blocks">False: suggestions have one line.</param>
/// <param name="MaxLines">The largest number of lines of a suggestion.</param>
/// <param name="Patterns">False: no suggestions from the solution's own text.</param>
/// <param name="Debounce">Null: derived from the measured time to the first token.</param>
/// <param name="ExcludedFiles">Globs relative to the workspace folder; these files get no ghost text and are sent to no model.</param>
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

/// <param name="Solution">The solution or project to load, relative to the workspace; null: the loader finds one.</param>
/// <param name="ProjectCode">False: no code of the workspace is executed (msbuild, generators).</param>
public sealed record WorkspaceSettings(string? Solution, bool ProjectCode);

/// <param name="Preferences">
/// For each task (<c>completion</c>, <c>nextEdit</c>, <c>chatCoding</c>, …) ids or parts of ids of the loaded models to prefer.
/// </param>
/// <param name="Families">
/// The families of models that the built-in table does not know: from an id, with <c>*</c> for any text, to a family's name.
/// </param>
public sealed record ModelSettings(
    IReadOnlyDictionary<string, IReadOnlyList<string>> Preferences, IReadOnlyDictionary<string, string> Families);

/// <param name="AllowRemote">Names of endpoints outside of this machine to which code may be sent; none by default.</param>
/// <param name="AuditText">True: the audit log contains the text that was sent, not only its hash.</param>
public sealed record PrivacySettings(IReadOnlyList<string> AllowRemote, bool AuditText);

/// <param name="Enabled">False: no records are written to the disk.</param>
/// <param name="KeepDays">Older rows are deleted.</param>
/// <param name="Folder">The absolute path of the database and the audit log; null: the platform's folder for application data.</param>
/// <param name="OtlpEndpoint">The OTLP collector of metrics; null: none are sent.</param>
public sealed record RecordSettings(bool Enabled, int KeepDays, string? Folder, Uri? OtlpEndpoint);
