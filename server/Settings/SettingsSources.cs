using Assistant.Families;

namespace Assistant.Settings;

/// <summary>The settings of all sources, before they are merged.</summary>
/// <param name="Environment">Variables by name.</param>
/// <param name="User">The user's own <c>assistant.json</c>.</param>
/// <param name="Workspace">The workspace's <c>assistant.json</c>, which may only restrict: repositories are not trusted.</param>
/// <param name="Client">The editor's settings.</param>
/// <param name="CommandLine">The options of the command line.</param>
/// <param name="UserFile">The path of <paramref name="User"/>; null if it is not read again.</param>
/// <param name="Secrets">Keys from the editor's secret storage by name, empty for those that it does not have; in memory only.</param>
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

    /// <summary>Precedence: command line, client, environment, user file, defaults; then the workspace restricts.</summary>
    /// <returns>The settings, and sentences for the user about unusable settings.</returns>
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
        var endpoints = settings.Endpoints
            .Select(endpoint => endpoint with { RemoteAllowed = allowed.Any(name => Names(name, endpoint)) });
        return (settings with { Endpoints = [.. endpoints] }, warnings);
    }

    /// <summary>The names of the keys to request from the editor.</summary>
    public IEnumerable<string> SecretNames =>
        new[] { User, Client }
            .SelectMany(document => document?.Endpoints ?? [])
            .Select(endpoint => endpoint.ApiKeySecret)
            .OfType<string>()
            .Distinct();

    /// <summary>Without keys, so that logs do not contain them.</summary>
    public override string ToString() => nameof(SettingsSources);

    private AssistantSettings Apply(AssistantSettings settings, SettingsDocument? document, string source, List<string> warnings)
    {
        if (document is null)
        {
            return settings;
        }
        warnings.AddRange(document.Problems);
        var (completion, models, privacy) = (document.Completion, document.Models, document.Privacy);
        var (records, workspace) = (document.Records, document.Workspace);
        return settings with
        {
            Endpoints = document.Endpoints is { Count: > 0 } endpoints ? Endpoints(endpoints, source, warnings) : settings.Endpoints,
            Completion = completion is null ? settings.Completion : settings.Completion with
            {
                Enabled = completion.Enabled ?? settings.Completion.Enabled,
                DisabledLanguages = completion.DisabledLanguages is { } disabled ? [.. disabled] : settings.Completion.DisabledLanguages,
                Model = completion.Model is { } model ? OrNull(model) : settings.Completion.Model,
                PreferredModels = completion.PreferredModels is { } preferred ? [.. preferred] : settings.Completion.PreferredModels,
                Blocks = completion.Blocks ?? settings.Completion.Blocks,
                MaxLines = completion.MaxLines ?? settings.Completion.MaxLines,
                Patterns = completion.Patterns ?? settings.Completion.Patterns,
                Debounce = completion.Debounce is { } debounce ? TimeSpan.FromMilliseconds(debounce) : settings.Completion.Debounce,
                ExcludedFiles = completion.ExcludedFiles is { } excluded
                    ? [.. ExcludedGlobs.Usable(excluded, source, warnings)]
                    : settings.Completion.ExcludedFiles,
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

    private static Dictionary<string, string>? KnownFamilies(
        IReadOnlyDictionary<string, string>? families, string source, List<string> warnings)
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
            // The schema has checked files, but neither the environment nor the command line.
            if (Url(document.BaseUrl) is not { } url)
            {
                warnings.Add($"{source}: the endpoint {document.Name} has the base URL \"{document.BaseUrl}\", "
                    + "which is no http(s) address, such as http://127.0.0.1:1234/v1.");
                continue;
            }
            if (!EndpointKinds.TryParse(document.Kind ?? "auto", out var kind))
            {
                warnings.Add(
                    $"{source}: the endpoint {document.Name} has the kind \"{document.Kind}\"; allowed are {EndpointKinds.Allowed}.");
            }
            var endpoint = EndpointSettings.At(document.Name ?? url.Authority, url, kind);
            if (endpoints.Any(other => Names(other.Name, endpoint)))
            {
                warnings.Add($"{source}: two endpoints are named \"{endpoint.Name}\"; "
                    + "privacy.allowRemote and the status cannot tell them apart. Give them different names.");
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

    /// <summary>The editor's key has precedence over the environment's. Messages omit its name, which may be a key by mistake.</summary>
    private string? KeyOf(EndpointDocument document, string source, List<string> warnings)
    {
        var stored = document.ApiKeySecret is { } secret ? Secrets?.GetValueOrDefault(secret) : null;
        if (stored is { Length: > 0 })
        {
            return stored;
        }
        if (document.ApiKeyVariable is not { Length: > 0 } variable)
        {
            if (stored is not null)
            {
                warnings.Add($"{source}: the editor keeps no key for the endpoint {document.Name}. "
                    + "The command Set API Key stores it under the name in apiKeySecret.");
            }
            return null;
        }
        var key = Environment.GetValueOrDefault(variable);
        if (string.IsNullOrEmpty(key))
        {
            warnings.Add($"{source}: apiKeyVariable of the endpoint {document.Name} names no environment variable that is set. "
                + "It takes a variable's name, never the key itself.");
        }
        return key;
    }

    private static Dictionary<string, TValue> Over<TValue>(
        IReadOnlyDictionary<string, TValue> below, IReadOnlyDictionary<string, TValue>? above)
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

    private static Uri? Url(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static TimeSpan? Seconds(double? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;
}
