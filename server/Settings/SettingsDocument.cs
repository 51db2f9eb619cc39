using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Settings;

/// <summary>The settings of one source, in the shape of assistant.json and VS Code's <c>assistant.*</c>; null is absent.</summary>
public sealed record SettingsDocument
{
    public IReadOnlyList<EndpointDocument>? Endpoints { get; init; }

    public CompletionDocument? Completion { get; init; }

    public WorkspaceDocument? Workspace { get; init; }

    public ModelsDocument? Models { get; init; }

    public PrivacyDocument? Privacy { get; init; }

    public RecordsDocument? Records { get; init; }

    /// <summary>The problems of the source, in sentences for the user.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Never throws: unusable settings are reported in <see cref="Problems"/> and keep their earlier value.</summary>
    /// <param name="before">The result of the last read of the same source.</param>
    public static SettingsDocument Read(byte[] json, SettingsOrigin origin, SettingsDocument? before = null) =>
        SettingsReader.Read(json, origin, before);

    /// <summary>A sentence for the user about the settings in effect while the source cannot be read; equal for each attempt.</summary>
    internal static string Instead(SettingsDocument? before) =>
        before is null || Same(before with { Problems = [] }, new SettingsDocument())
            ? "These settings have no effect"
            : "The settings from before stay";

    /// <summary>True if both have equal settings and equal problems.</summary>
    public static bool Same(SettingsDocument? one, SettingsDocument? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.Problems.SequenceEqual(other.Problems)
            && JsonSerializer.SerializeToUtf8Bytes(one, SettingsJson.Default.SettingsDocument)
                .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, SettingsJson.Default.SettingsDocument)));
}

public sealed record EndpointDocument
{
    public string? Name { get; init; }

    public string? BaseUrl { get; init; }

    public string? Kind { get; init; }

    /// <summary>The name of an environment variable that contains the key: keys must not be in files.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>The name of the key in the editor's secret storage.</summary>
    public string? ApiKeySecret { get; init; }

    /// <summary>Seconds.</summary>
    public double? FirstByteTimeout { get; init; }

    /// <summary>Seconds.</summary>
    public double? IdleTimeout { get; init; }

    /// <summary>Seconds.</summary>
    public double? LoadTimeout { get; init; }

    public int? Priority { get; init; }

    public int? MaxParallel { get; init; }

    public bool? Local { get; init; }
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

public sealed record ModelsDocument
{
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Preferences { get; init; }

    public IReadOnlyDictionary<string, string>? Families { get; init; }
}

public sealed record PrivacyDocument
{
    public IReadOnlyList<string>? AllowRemote { get; init; }

    public bool? AuditText { get; init; }
}

public sealed record RecordsDocument
{
    public bool? Enabled { get; init; }

    public int? KeepDays { get; init; }

    public string? Folder { get; init; }

    public string? OtlpEndpoint { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SettingsDocument))]
internal sealed partial class SettingsJson : JsonSerializerContext;
