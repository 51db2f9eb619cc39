using Assistant.Families;

namespace Assistant.Settings;

/// <summary>What the sources say, before they are put together.</summary>
/// <param name="Environment">Variables by name.</param>
/// <param name="User">The user's own <c>assistant.json</c>.</param>
/// <param name="Workspace">The workspace's <c>assistant.json</c>, which may only narrow: a repository is not to be trusted with where code is sent.</param>
/// <param name="Client">The editor's settings.</param>
/// <param name="CommandLine">What was given as arguments.</param>
/// <param name="UserFile">Where <paramref name="User"/> is read from; null where it is not to be read again.</param>
/// <param name="Secrets">Keys that the editor has told, by their names there, empty where it has none; in memory only.</param>
public sealed record SettingsSources(
    IReadOnlyDictionary<string, string> Environment,
    SettingsDocument? User = null,
    SettingsDocument? Workspace = null,
    SettingsDocument? Client = null,
    SettingsDocument? CommandLine = null,
    string? UserFile = null,
    IReadOnlyDictionary<string, string>? Secrets = null)
{
    /// <summary>The file's name in a workspace and in the user's configuration folder.</summary>
    public const string FileName = "assistant.json";

    /// <summary>Precedence: command line, client, environment, user file, defaults; then the workspace narrows.</summary>
    /// <returns>The settings, and what a person must be told about sources that could not be used.</returns>
    public (AssistantSettings Settings, IReadOnlyList<string> Warnings) Resolve()
    {
        var warnings = new List<string>();
        var settings = AssistantSettings.Defaults;
        settings = Apply(settings, User, "user settings", warnings);
        settings = Apply(settings, EnvironmentSettings.Read(Environment, warnings), "environment", warnings);
        settings = Apply(settings, Client, "editor settings", warnings);
        settings = Apply(settings, CommandLine, "command line", warnings);
        settings = WorkspaceNarrowing.Apply(settings, Workspace, warnings);
        var allowed = settings.Privacy.AllowRemote;
        foreach (var name in allowed.Where(name => !settings.Endpoints.Any(endpoint => Names(name, endpoint))))
        {
            warnings.Add($"privacy.allowRemote names \"{name}\", which is no endpoint's name.");
        }
        return (settings with { Endpoints = [.. settings.Endpoints.Select(endpoint => endpoint with { RemoteAllowed = allowed.Any(name => Names(name, endpoint)) })] }, warnings);
    }

    /// <summary>The names of keys that the editor is to be asked for.</summary>
    public IEnumerable<string> SecretNames =>
        new[] { User, Client }.SelectMany(document => document?.Endpoints ?? []).Select(endpoint => endpoint.ApiKeySecret).OfType<string>().Distinct();

    /// <summary>Keys are left out, so that it can be logged.</summary>
    public override string ToString() => nameof(SettingsSources);

    private AssistantSettings Apply(AssistantSettings settings, SettingsDocument? document, string source, List<string> warnings)
    {
        if (document is null)
        {
            return settings;
        }
        warnings.AddRange(document.Problems);
        var (completion, models, privacy, records, workspace) = (document.Completion, document.Models, document.Privacy, document.Records, document.Workspace);
        return settings with
        {
            Endpoints = document.Endpoints is { Count: > 0 } endpoints ? Endpoints(endpoints, source, warnings) : settings.Endpoints,
            Completion = completion is null ? settings.Completion : settings.Completion with
            {
                Enabled = completion.Enabled ?? settings.Completion.Enabled,
                DisabledLanguages = completion.DisabledLanguages is { } disabledLanguages ? [.. disabledLanguages] : settings.Completion.DisabledLanguages,
                Model = completion.Model is { } model ? OrNull(model) : settings.Completion.Model,
                PreferredModels = completion.PreferredModels is { } preferredModels ? [.. preferredModels] : settings.Completion.PreferredModels,
                Blocks = completion.Blocks ?? settings.Completion.Blocks,
                MaxLines = completion.MaxLines ?? settings.Completion.MaxLines,
                Patterns = completion.Patterns ?? settings.Completion.Patterns,
                Debounce = completion.Debounce is { } debounce ? TimeSpan.FromMilliseconds(debounce) : settings.Completion.Debounce,
                ExcludedFiles = completion.ExcludedFiles is { } excludedFiles ? [.. excludedFiles] : settings.Completion.ExcludedFiles,
            },
            Models = models is null ? settings.Models : settings.Models with
            {
                Preferences = Over(settings.Models.Preferences, models.Preferences),
                Families = Over(settings.Models.Families, KnownFamilies(models.Families, source, warnings)),
            },
            Privacy = privacy is null ? settings.Privacy : settings.Privacy with
            {
                AllowRemote = privacy.AllowRemote ?? settings.Privacy.AllowRemote,
                AuditText = privacy.AuditText ?? settings.Privacy.AuditText,
            },
            Records = records is null ? settings.Records : settings.Records with
            {
                Enabled = records.Enabled ?? settings.Records.Enabled,
                KeepDays = records.KeepDays ?? settings.Records.KeepDays,
                Folder = records.Folder is { } folder ? Folder(OrNull(folder), source, warnings) : settings.Records.Folder,
                OtlpEndpoint = records.OtlpEndpoint is { } otlp ? Url(otlp) : settings.Records.OtlpEndpoint,
            },
            Workspace = workspace is null ? settings.Workspace : settings.Workspace with
            {
                Solution = workspace.Solution is { Length: > 0 } solution ? solution : settings.Workspace.Solution,
                ProjectCode = workspace.ProjectCode ?? settings.Workspace.ProjectCode,
            },
        };
    }

    private static Dictionary<string, string>? KnownFamilies(IReadOnlyDictionary<string, string>? families, string source, List<string> warnings)
    {
        var known = new Dictionary<string, string>();
        foreach (var (id, family) in families ?? new Dictionary<string, string>())
        {
            if (FamilyTable.Problem(id, family) is { } problem)
            {
                warnings.Add($"{source}: models.families: {problem}");
            }
            else
            {
                known[id] = family;
            }
        }
        return known;
    }

    private List<EndpointSettings> Endpoints(IReadOnlyList<EndpointDocument> documents, string source, List<string> warnings)
    {
        var endpoints = new List<EndpointSettings>();
        foreach (var document in documents)
        {
            // Files were read by the schema; the environment and the command line were not.
            if (Url(document.BaseUrl) is not { } url)
            {
                warnings.Add($"{source}: the endpoint {document.Name} has the base URL \"{document.BaseUrl}\", which is no http(s) address, such as http://127.0.0.1:1234/v1.");
                continue;
            }
            if (!EndpointKinds.TryParse(document.Kind ?? "auto", out var kind))
            {
                warnings.Add($"{source}: the endpoint {document.Name} has the kind \"{document.Kind}\"; allowed are {EndpointKinds.Allowed}.");
            }
            var endpoint = EndpointSettings.At(document.Name ?? url.Authority, url, kind);
            if (endpoints.Any(other => Names(other.Name, endpoint)))
            {
                warnings.Add($"{source}: two endpoints are named \"{endpoint.Name}\"; privacy.allowRemote and the status cannot tell them apart. Give them different names.");
            }
            endpoints.Add(endpoint with
            {
                ApiKey = KeyOf(document, source, warnings),
                FirstByteTimeout = Seconds(document.FirstByteTimeout) ?? endpoint.FirstByteTimeout,
                IdleTimeout = Seconds(document.IdleTimeout) ?? endpoint.IdleTimeout,
                LoadTimeout = Seconds(document.LoadTimeout) ?? endpoint.LoadTimeout,
                Priority = document.Priority ?? 0,
                MaxParallel = document.MaxParallel,
                Local = document.Local ?? endpoint.Local,
            });
        }
        return [.. endpoints.OrderByDescending(endpoint => endpoint.Priority)];
    }

    /// <summary>What the editor keeps comes before what the environment holds. The name is not shown: people put keys where names belong.</summary>
    private string? KeyOf(EndpointDocument document, string source, List<string> warnings)
    {
        var told = document.ApiKeySecret is { } secret ? Secrets?.GetValueOrDefault(secret) : null;
        if (told is { Length: > 0 })
        {
            return told;
        }
        if (document.ApiKeyVariable is not { Length: > 0 } variable)
        {
            if (told is not null)
            {
                warnings.Add($"{source}: the editor keeps no key for the endpoint {document.Name}. The command Set API Key stores it under the name in apiKeySecret.");
            }
            return null;
        }
        var key = Environment.GetValueOrDefault(variable);
        if (string.IsNullOrEmpty(key))
        {
            warnings.Add($"{source}: apiKeyVariable of the endpoint {document.Name} names no environment variable that is set. It takes a variable's name, never the key itself.");
        }
        return key;
    }

    private static Dictionary<string, TValue> Over<TValue>(IReadOnlyDictionary<string, TValue> below, IReadOnlyDictionary<string, TValue>? above)
    {
        var both = new Dictionary<string, TValue>(below);
        foreach (var (name, value) in above ?? new Dictionary<string, TValue>())
        {
            both[name] = value;
        }
        return both;
    }

    private static string? Folder(string? folder, string source, List<string> warnings)
    {
        if (folder is null || Path.IsPathFullyQualified(folder))
        {
            return folder;
        }
        warnings.Add($"{source}: records.folder is not an absolute path; the platform's folder is used.");
        return null;
    }

    private static bool Names(string name, EndpointSettings endpoint) => name.Equals(endpoint.Name, StringComparison.OrdinalIgnoreCase);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static Uri? Url(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static TimeSpan? Seconds(double? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;
}
