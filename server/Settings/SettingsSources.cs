namespace Assistant.Settings;

/// <summary>What the sources say, before they are put together. Lists are in order of precedence, the strongest last.</summary>
/// <param name="Environment">Variables by name.</param>
/// <param name="User">The user's own <c>assistant.json</c>.</param>
/// <param name="Workspace">The workspace's <c>assistant.json</c>, which may only narrow: a repository is not to be trusted with where code is sent.</param>
/// <param name="Client">The editor's settings.</param>
/// <param name="CommandLine">What was given as arguments.</param>
public sealed record SettingsSources(
    IReadOnlyDictionary<string, string> Environment,
    SettingsDocument? User = null,
    SettingsDocument? Workspace = null,
    SettingsDocument? Client = null,
    SettingsDocument? CommandLine = null)
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
        return (settings, warnings);
    }

    private AssistantSettings Apply(AssistantSettings settings, SettingsDocument? document, string source, List<string> warnings)
    {
        if (document is null)
        {
            return settings;
        }
        foreach (var key in document.Unknown?.Keys ?? Enumerable.Empty<string>())
        {
            if (!KnownElsewhere.Contains(key))
            {
                warnings.Add($"{source}: the setting \"{key}\" is not known and has no effect.");
            }
        }
        var completion = document.Completion;
        var workspace = document.Workspace;
        return settings with
        {
            Endpoints = document.Endpoints is { Count: > 0 } endpoints ? Endpoints(endpoints, source, warnings) : settings.Endpoints,
            Completion = completion is null ? settings.Completion : settings.Completion with
            {
                Enabled = completion.Enabled ?? settings.Completion.Enabled,
                DisabledLanguages = completion.DisabledLanguages ?? settings.Completion.DisabledLanguages,
                Model = completion.Model is { } model ? (model.Length == 0 ? null : model) : settings.Completion.Model,
                PreferredModels = completion.PreferredModels ?? settings.Completion.PreferredModels,
                Blocks = completion.Blocks ?? settings.Completion.Blocks,
                MaxLines = Clamp(completion.MaxLines, 1, 100, "completion.maxLines", source, warnings) ?? settings.Completion.MaxLines,
                Patterns = completion.Patterns ?? settings.Completion.Patterns,
                Debounce = completion.Debounce is { } debounce
                    ? TimeSpan.FromMilliseconds(Math.Clamp(debounce, 0, 5000))
                    : settings.Completion.Debounce,
                ExcludedFiles = completion.ExcludedFiles ?? settings.Completion.ExcludedFiles,
            },
            Workspace = workspace is null ? settings.Workspace : settings.Workspace with
            {
                Solution = workspace.Solution is { Length: > 0 } solution ? solution : settings.Workspace.Solution,
                ProjectCode = workspace.ProjectCode ?? settings.Workspace.ProjectCode,
            },
        };
    }

    // Settings of the extension itself arrive with the client's and mean nothing to the server.
    private static readonly HashSet<string> KnownElsewhere = ["server", "log", "trace", "$schema"];

    private static int? Clamp(int? value, int least, int most, string name, string source, List<string> warnings)
    {
        if (value is { } given && (given < least || given > most))
        {
            warnings.Add($"{source}: {name} is {given}; allowed is {least} to {most}.");
            return Math.Clamp(given, least, most);
        }
        return value;
    }

    private List<EndpointSettings> Endpoints(IReadOnlyList<EndpointDocument> documents, string source, List<string> warnings)
    {
        var endpoints = new List<EndpointSettings>();
        // JSON may hold a null anywhere.
        foreach (var document in documents.OfType<EndpointDocument>())
        {
            if (!Uri.TryCreate(document.BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                warnings.Add($"{source}: the endpoint {document.Name} has the base URL \"{document.BaseUrl}\", which is no http(s) address, such as http://127.0.0.1:1234/v1.");
                continue;
            }
            if (!EndpointKinds.TryParse(document.Kind ?? "auto", out var kind))
            {
                warnings.Add($"{source}: the endpoint {document.Name} has the kind \"{document.Kind}\"; allowed are {EndpointKinds.Allowed}.");
            }
            var endpoint = EndpointSettings.At(document.Name ?? url.Authority, url, kind);
            endpoints.Add(endpoint with
            {
                ApiKey = document.ApiKeyVariable is { } variable ? Environment.GetValueOrDefault(variable) : null,
                FirstByteTimeout = Seconds(document.FirstByteTimeout) ?? endpoint.FirstByteTimeout,
                IdleTimeout = Seconds(document.IdleTimeout) ?? endpoint.IdleTimeout,
                Priority = document.Priority ?? 0,
                MaxParallel = document.MaxParallel is > 0 ? document.MaxParallel : null,
            });
        }
        return [.. endpoints.OrderByDescending(endpoint => endpoint.Priority)];
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is > 0 and < 86_400 ? TimeSpan.FromSeconds(seconds.Value) : null;
}
