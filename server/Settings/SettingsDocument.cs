using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Settings;

/// <summary>One source's JSON, as it stands in assistant.json and in VS Code's <c>assistant.*</c>: everything may be absent.</summary>
public sealed record SettingsDocument
{
    public IReadOnlyList<EndpointDocument>? Endpoints { get; init; }

    public CompletionDocument? Completion { get; init; }

    public WorkspaceDocument? Workspace { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <exception cref="SettingsException">The text is not JSON of this shape; the message names source, line and what is allowed.</exception>
    public static SettingsDocument Parse(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SettingsJson.Default.SettingsDocument) ?? new SettingsDocument();
        }
        catch (JsonException error)
        {
            throw new SettingsException(
                $"{source}, line {error.LineNumber + 1}: {error.Path ?? "the file"} is not what is expected ({error.Message}). These settings are ignored until it is mended.",
                error);
        }
    }
}

public sealed record EndpointDocument
{
    public string? Name { get; init; }

    public string? BaseUrl { get; init; }

    public string? Kind { get; init; }

    /// <summary>The name of an environment variable that holds the key: keys themselves are not written into files.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>Seconds.</summary>
    public double? FirstByteTimeout { get; init; }

    /// <summary>Seconds.</summary>
    public double? IdleTimeout { get; init; }

    public int? Priority { get; init; }

    public int? MaxParallel { get; init; }
}

public sealed record CompletionDocument
{
    public bool? Enabled { get; init; }

    public IReadOnlyList<string>? DisabledLanguages { get; init; }

    public string? Model { get; init; }

    public IReadOnlyList<string>? PreferredModels { get; init; }

    public bool? Blocks { get; init; }

    public int? MaxLines { get; init; }

    public bool? Patterns { get; init; }

    /// <summary>Milliseconds.</summary>
    public double? Debounce { get; init; }

    public IReadOnlyList<string>? ExcludedFiles { get; init; }
}

public sealed record WorkspaceDocument
{
    public string? Solution { get; init; }

    public bool? ProjectCode { get; init; }
}

/// <summary>A setting that cannot be used; the message is for people and names source and remedy.</summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(SettingsDocument))]
internal sealed partial class SettingsJson : JsonSerializerContext;
