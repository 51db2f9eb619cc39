using System.Globalization;
using System.Text.Json;

namespace Assistant.Settings;

/// <summary>
/// One node of <c>assistant.schema.json</c>, which editors use too: the allowed values at one place of a settings file. Only the JSON
/// Schema keywords of that file are supported.
/// </summary>
internal sealed record SettingSchema(
    IReadOnlyList<string> Types,
    IReadOnlyDictionary<string, SettingSchema> Properties,
    SettingSchema? AnyProperty,
    SettingSchema? Items,
    IReadOnlyList<string> Required,
    IReadOnlyList<string> Enum,
    double? Minimum,
    double? Maximum,
    bool IsUrl,
    WorkspaceRight Workspace)
{
    /// <summary>The name of the embedded resource.</summary>
    public const string Resource = "assistant.schema.json";

    private static readonly Lazy<SettingSchema> Loaded = new(() =>
    {
        using var stream = typeof(SettingSchema).Assembly.GetManifestResourceStream(Resource)!;
        using var document = JsonDocument.Parse(stream);
        return Parse(document.RootElement);
    });

    /// <summary>The schema of the whole file.</summary>
    public static SettingSchema Root => Loaded.Value;

    /// <summary>True for a group of settings. An object with arbitrary names, such as <c>models.families</c>, is one setting.</summary>
    public bool IsSection => Properties.Count > 0;

    public bool Takes(string type) => Types.Contains(type);

    /// <summary>All settings below this place, such as <c>completion.maxLines</c>; a list is one setting.</summary>
    public IEnumerable<(string Path, SettingSchema Setting)> Settings(string prefix = "") =>
        Properties.SelectMany(property => property.Value.IsSection
            ? property.Value.Settings($"{prefix}{property.Key}.")
            : [(prefix + property.Key, property.Value)]);

    /// <summary>The end of the sentence "allowed is …".</summary>
    public string Allowed =>
        Enum.Count > 0 ? $"one of {string.Join(", ", Enum)}"
        : IsUrl ? "an http(s) address, such as http://127.0.0.1:1234/v1"
        : Takes("boolean") ? "true or false"
        : Takes("integer") ? $"a whole number{Range}"
        : Takes("number") ? $"a number{Range}"
        : Takes("array") ? (Items?.Takes("string") == true ? "a list of texts" : "a list of objects")
        : Takes("object") ? "an object"
        : "a text";

    private string Range => Minimum is { } least && Maximum is { } most
        ? string.Create(CultureInfo.InvariantCulture, $", {least} to {most}")
        : "";

    private static SettingSchema Parse(JsonElement schema)
    {
        var any = Child(schema, "additionalProperties");
        return new(
            schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } types
                ? Texts(types)
                : [schema.GetProperty("type").GetString()!],
            Child(schema, "properties") is { } properties
                ? properties.EnumerateObject().ToDictionary(property => property.Name, property => Parse(property.Value))
                : new Dictionary<string, SettingSchema>(),
            any is { ValueKind: JsonValueKind.Object } values ? Parse(values) : null,
            Child(schema, "items") is { } items ? Parse(items) : null,
            Child(schema, "required") is { } required ? Texts(required) : [],
            Child(schema, "enum") is { } allowed ? Texts(allowed) : [],
            Child(schema, "minimum")?.GetDouble(),
            Child(schema, "maximum")?.GetDouble(),
            Child(schema, "format")?.GetString() == "uri",
            Child(schema, "x-workspace")?.GetString() switch
            {
                "free" => WorkspaceRight.Free,
                "narrows" => WorkspaceRight.Narrows,
                _ => WorkspaceRight.None,
            });
    }

    private static JsonElement? Child(JsonElement schema, string name) => schema.TryGetProperty(name, out var child) ? child : null;

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
}

/// <summary>The changes that a workspace's file may make to a setting.</summary>
internal enum WorkspaceRight
{
    /// <summary>None: only the user decides.</summary>
    None,

    /// <summary>Restrict: switch off, exclude, reduce; see WorkspaceNarrowing.</summary>
    Narrows,

    /// <summary>Any: the setting affects neither privacy nor security.</summary>
    Free,
}
