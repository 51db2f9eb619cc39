using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assistant.ModelServers;
using Assistant.Settings;

namespace Assistant.Tests.Settings;

/// <summary>Schema, records and the extension's manifest agree.</summary>
public sealed class SettingSchemaTests
{
    private static readonly JsonElement Schema = Load("server/Settings/assistant.schema.json").GetProperty("properties");

    private static readonly JsonElement Manifest = Load("extension-vscode/package.json");

    [Fact]
    public void The_records_have_the_schemas_settings()
    {
        Compare("", SettingSchema.Root, SettingsJson.Default.SettingsDocument);

        static void Compare(string path, SettingSchema schema, JsonTypeInfo type)
        {
            var properties = type.Properties.Where(property => property.Get is not null).ToDictionary(
                property => property.Name, property => property.PropertyType);
            Assert.Equal(schema.Properties.Keys.Where(name => name != "$schema").Order(), properties.Keys.Order());
            foreach (var (name, propertyType) in properties)
            {
                var (at, child) = ($"{path}{name}", schema.Properties[name]);
                if (propertyType.Name.EndsWith("Document", StringComparison.Ordinal))
                {
                    Compare($"{at}.", child, SettingsJson.Default.GetTypeInfo(propertyType)!);
                }
                else if (propertyType == typeof(IReadOnlyList<EndpointDocument>))
                {
                    Compare($"{at}[].", child.Items!, SettingsJson.Default.EndpointDocument);
                }
                else
                {
                    Assert.True(
                        Fits(child, Nullable.GetUnderlyingType(propertyType) ?? propertyType),
                        $"{at} is a {propertyType} and {child.Allowed} by the schema");
                }
            }
        }

        static bool Fits(SettingSchema schema, Type type) =>
            type == typeof(bool) ? schema.Takes("boolean")
            : type == typeof(int) ? schema.Takes("integer") && schema is { Minimum: not null, Maximum: not null }
            : type == typeof(double) ? schema.Takes("number") && schema is { Minimum: not null, Maximum: not null }
            : type == typeof(string) ? schema.Takes("string")
            : type == typeof(IReadOnlyList<string>) ? schema.Items?.Takes("string") == true
            : schema.Takes("object");
    }

    [Fact]
    public void The_schemas_enumerations_match_the_code()
    {
        Assert.Equal(EndpointKinds.Allowed.Split(", "), SettingSchema.Root.Properties["endpoints"].Items!.Properties["kind"].Enum);
        Assert.Equal(
            Enum.GetNames<ModelTask>().Select(JsonNamingPolicy.CamelCase.ConvertName),
            SettingSchema.Root.Properties["models"].Properties["preferences"].Properties.Keys);
    }

    [Fact]
    public void The_defaults_are_those_of_the_records()
    {
        var said = SettingsDocument.Read(Defaults(), SettingsOrigin.UserFile("defaults"));
        Assert.Empty(said.Problems);
        var (settings, _) = new SettingsSources(new Dictionary<string, string>(), said).Resolve();
        Assert.Equivalent(AssistantSettings.Defaults, settings, strict: true);
        var endpoint = SettingSchema.Root.Properties["endpoints"].Items!;
        Assert.Equal(EndpointSettings.DefaultFirstByteTimeout.TotalSeconds, Default("firstByteTimeout"));
        Assert.Equal(EndpointSettings.DefaultIdleTimeout.TotalSeconds, Default("idleTimeout"));
        Assert.Equal(EndpointSettings.DefaultLoadTimeout.TotalSeconds, Default("loadTimeout"));

        static double Default(string name) =>
            At(Schema, "endpoints").GetProperty("items").GetProperty("properties").GetProperty(name).GetProperty("default").GetDouble();
    }

    /// <summary>A workspace cannot change a setting that the schema does not give to workspaces.</summary>
    [Fact]
    public void A_workspace_is_refused_every_setting_that_is_not_its_own()
    {
        var refused = SettingSchema.Root.Settings().Where(setting => setting.Setting.Workspace == WorkspaceRight.None).ToArray();
        Assert.Equal(
            [
                "completion.debounce", "completion.model", "endpoints", "models.families", "privacy.allowRemote", "privacy.auditText",
                "records.enabled", "records.folder", "records.keepDays", "records.otlpEndpoint",
            ],
            refused.Select(setting => setting.Path).Order(StringComparer.Ordinal));
        foreach (var (path, setting) in refused)
        {
            var value = setting.Takes("array") ? "[]"
                : setting.Takes("object") ? "{}"
                : setting.Takes("boolean") ? "true"
                : setting.Takes("string") ? "\"x\""
                : "1";
            var json = path.Split('.').Reverse().Aggregate(value, (inner, name) => $"{{\"{name}\":{inner}}}");
            var document = SettingsDocument.Read(System.Text.Encoding.UTF8.GetBytes(json), SettingsOrigin.WorkspaceFile("theirs.json"));
            Assert.Equal(
                $"theirs.json, line 1: \"{path}\" is the user's to decide, not a workspace's, so it has no effect. "
                + "Put it into your own settings if you want it.",
                Assert.Single(document.Problems));
            var (settings, _) = new SettingsSources(new Dictionary<string, string>(), Workspace: document).Resolve();
            Assert.Equivalent(AssistantSettings.Defaults, settings, strict: true);
        }
    }

    private static readonly string[] Keywords =
    [
        "type", "minimum", "maximum", "default", "description", "format", "enum", "items", "required", "properties", "additionalProperties",
    ];

    [Fact]
    public void The_manifest_offers_the_same_settings()
    {
        var offered = ManifestSettings();
        Assert.Equal(
            SettingSchema.Root.Settings().Select(setting => setting.Path).Where(path => path != "$schema")
                .Select(path => path.StartsWith("models.preferences.", StringComparison.Ordinal) ? "models.preferences" : path)
                .Distinct()
                .Order(),
            offered.Keys.Where(name => !SettingsOrigin.Editor.KnownElsewhere.Contains(name.Split('.')[0])).Order());
        foreach (var (path, said) in offered.Where(setting => !SettingsOrigin.Editor.KnownElsewhere.Contains(setting.Key.Split('.')[0])))
        {
            var schema = At(Schema, path);
            foreach (var word in Keywords)
            {
                // A group of settings has no default of its own.
                if (word == "default" && path == "models.preferences")
                {
                    continue;
                }
                Assert.Equal((path, word, Text(schema, word)), (path, word, Text(said, word)));
            }
        }

        static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Plain(value) : null;
    }

    /// <summary>
    /// Settings that a workspace may not change have the scope "machine" in VS Code, and others that an untrusted workspace could use are
    /// restricted.
    /// </summary>
    [Fact]
    public void The_manifest_keeps_the_users_own_from_workspaces()
    {
        var untrusted = Manifest.GetProperty("capabilities").GetProperty("untrustedWorkspaces");
        var restricted = untrusted.GetProperty("restrictedConfigurations").EnumerateArray().Select(name => name.GetString()).ToHashSet();
        foreach (var (path, said) in ManifestSettings())
        {
            var own = SettingsOrigin.Editor.KnownElsewhere.Contains(path.Split('.')[0])
                || SettingSchema.Root.Settings().Any(setting => setting.Path == path && setting.Setting.Workspace == WorkspaceRight.None);
            if (own)
            {
                Assert.Equal((path, "machine"), (path, said.TryGetProperty("scope", out var scope) ? scope.GetString() : null));
            }
            if (own && path != "log.level")
            {
                Assert.Contains($"assistant.{path}", restricted);
            }
        }
    }

    [Fact]
    public void The_documentation_names_every_setting()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings.md"));
        var names = SettingSchema.Root.Settings().Select(
            setting => setting.Path.StartsWith("models.preferences.", StringComparison.Ordinal)
                ? setting.Path["models.preferences.".Length..]
                : setting.Path)
            .Where(name => name != "$schema").Concat(SettingSchema.Root.Properties["endpoints"].Items!.Properties.Keys);
        Assert.All(names, name => Assert.Contains($"`{name}`", page));
    }

    [Fact]
    public void The_manifest_names_the_schema_for_assistant_json()
    {
        var validation = Assert.Single(Manifest.GetProperty("contributes").GetProperty("jsonValidation").EnumerateArray());
        Assert.Contains("assistant.json", validation.GetProperty("fileMatch").EnumerateArray().Select(match => match.GetString()));
        Assert.Equal("./assistant.schema.json", validation.GetProperty("url").GetString());
    }

    private static Dictionary<string, JsonElement> ManifestSettings() =>
        Manifest.GetProperty("contributes").GetProperty("configuration").EnumerateArray()
            .SelectMany(group => group.GetProperty("properties").EnumerateObject())
            .ToDictionary(property => property.Name["assistant.".Length..], property => property.Value);

    private static JsonElement At(JsonElement properties, string path)
    {
        var names = path.Split('.');
        return names.SkipLast(1).Aggregate(properties, (at, name) => at.GetProperty(name).GetProperty("properties")).GetProperty(names[^1]);
    }

    private static byte[] Defaults()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, Schema);
        }
        return stream.ToArray();

        static void Write(Utf8JsonWriter writer, JsonElement properties)
        {
            writer.WriteStartObject();
            foreach (var property in properties.EnumerateObject())
            {
                if (property.Value.TryGetProperty("default", out var value))
                {
                    writer.WritePropertyName(property.Name);
                    value.WriteTo(writer);
                }
                else if (property.Value.TryGetProperty("properties", out var inner))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, inner);
                }
            }
            writer.WriteEndObject();
        }
    }

    // The comparison ignores spaces and properties that only the server reads.
    private static string Plain(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "{"
                + string.Join(
                    ",",
                    element.EnumerateObject()
                        .Where(property => property.Name != "x-workspace")
                        .Select(property => $"{property.Name}:{Plain(property.Value)}")
                        .Order())
                + "}",
            JsonValueKind.Array => "[" + string.Join(",", element.EnumerateArray().Select(Plain)) + "]",
            _ => element.GetRawText(),
        };

    private static JsonElement Load(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, path)));
        return document.RootElement.Clone();
    }
}
