using System.Globalization;

namespace Assistant.Settings;

/// <summary>
/// Environment variables as settings: LM_STUDIO_BASE_URL (or LMSTUDIO_API_BASE, ASSISTANT_BASE_URL), LM_STUDIO_TIMEOUT (seconds),
/// LMSTUDIO_API_KEY (or ASSISTANT_API_KEY), LMSTUDIO_MODEL (or ASSISTANT_MODEL), LLM_PROVIDER (or ASSISTANT_KIND).
/// </summary>
internal static class EnvironmentSettings
{
    public static SettingsDocument? Read(IReadOnlyDictionary<string, string> variables, List<string> warnings)
    {
        var url = First(variables, "ASSISTANT_BASE_URL", "LM_STUDIO_BASE_URL", "LMSTUDIO_API_BASE");
        var model = First(variables, "ASSISTANT_MODEL", "LMSTUDIO_MODEL");
        var kind = First(variables, "ASSISTANT_KIND", "LLM_PROVIDER");
        var timeout = First(variables, "LM_STUDIO_TIMEOUT");
        double? seconds = null;
        if (timeout is { } text)
        {
            if (double.TryParse(text.Value, CultureInfo.InvariantCulture, out var parsed) && parsed > 0)
            {
                seconds = parsed;
            }
            else
            {
                warnings.Add($"{text.Name} is \"{text.Value}\", which is no number of seconds.");
            }
        }
        if (url is null && model is null)
        {
            return null;
        }
        return new SettingsDocument
        {
            Endpoints = url is { } found
                ?
                [
                    new EndpointDocument
                    {
                        Name = found.Name,
                        BaseUrl = found.Value,
                        Kind = kind?.Value ?? "auto",
                        ApiKeyVariable = First(variables, "ASSISTANT_API_KEY", "LMSTUDIO_API_KEY")?.Name,
                        FirstByteTimeout = seconds,
                        IdleTimeout = seconds,
                    },
                ]
                : null,
            Completion = model is { } name ? new CompletionDocument { Model = name.Value } : null,
        };
    }

    private static (string Name, string Value)? First(IReadOnlyDictionary<string, string> variables, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (variables.TryGetValue(name, out var value) && value.Length > 0)
            {
                return (name, value);
            }
        }
        return null;
    }
}
