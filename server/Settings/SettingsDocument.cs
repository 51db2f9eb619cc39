using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Settings;

/// <summary>One source's JSON, as it stands in assistant.json and in VS Code's <c>assistant.*</c>: everything may be absent.</summary>
public sealed record SettingsDocument
{
    public IReadOnlyList<EndpointDocument>? Endpoints { get; init; }

    public CompletionDocument? Completion { get; init; }

    public WorkspaceDocument? Workspace { get; init; }

    public ModelsDocument? Models { get; init; }

    public PrivacyDocument? Privacy { get; init; }

    public RecordsDocument? Records { get; init; }

    /// <summary>What is wrong with the source, in sentences for people.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Never fails: what cannot be used is in <see cref="Problems"/>, and there holds what the source said before.</summary>
    /// <param name="before">What the same source said when it was read last.</param>
    public static SettingsDocument Read(byte[] json, SettingsOrigin origin, SettingsDocument? before = null) => SettingsReader.Read(json, origin, before);

    /// <summary>What holds while the source cannot be read, for people; the same however often that is told.</summary>
    internal static string Instead(SettingsDocument? before) =>
        before is null || Same(before with { Problems = [] }, new SettingsDocument()) ? "These settings have no effect" : "The settings from before stay";

    /// <summary>Whether both say the same, and the same is wrong with them.</summary>
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

    /// <summary>The name of an environment variable that holds the key: keys themselves are not written into files.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>The name under which the editor's secret storage keeps the key.</summary>
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
