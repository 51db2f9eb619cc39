using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assistant.Settings;

/// <summary>
/// Reads the JSON of one source by the schema. Each problem becomes a sentence with the source, the line and the allowed values; a wrong
/// setting keeps its earlier value, and the others take effect.
/// </summary>
internal sealed class SettingsReader
{
    private const string Effect = "It has no effect until it is fixed.";

    private readonly byte[] json;
    private readonly SettingsOrigin origin;
    private readonly List<string> problems = [];

    private SettingsReader(byte[] json, SettingsOrigin origin)
    {
        // Some editors write a byte order mark.
        this.json = json is [0xEF, 0xBB, 0xBF, ..] ? json[3..] : json;
        this.origin = origin;
    }

    /// <param name="before">The result of the last read of the same source, used where the new text is unusable.</param>
    public static SettingsDocument Read(byte[] json, SettingsOrigin origin, SettingsDocument? before) =>
        new SettingsReader(json, origin).Read(before);

    private SettingsDocument Read(SettingsDocument? before)
    {
        // Most editors start without settings; the schema is not needed for that.
        if (json.AsSpan().Trim(" \r\n\t"u8) is [] or [(byte)'{', (byte)'}'])
        {
            return new SettingsDocument();
        }
        try
        {
            var good = before is null ? null : JsonSerializer.SerializeToNode(before, SettingsJson.Default.SettingsDocument);
            var reader = new Utf8JsonReader(
                json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            reader.Read();
            var (value, _) = Value(ref reader, SettingSchema.Root, "", good);
            // Text after the end of the value is an error, too: the reader throws.
            while (reader.Read())
            {
            }
            var document = value is null ? before : value.Deserialize(SettingsJson.Default.SettingsDocument);
            return (document ?? new SettingsDocument()) with { Problems = problems };
        }
        catch (JsonException error)
        {
            return Broken(before, error.LineNumber ?? 0, error.Message.Split(" LineNumber:")[0]);
        }
        catch (InvalidOperationException)
        {
            return Broken(before, 0, "It holds a text that is no Unicode.");
        }
    }

    private SettingsDocument Broken(SettingsDocument? before, long line, string why) => (before ?? new SettingsDocument()) with
    {
        Problems = [$"{Where(line + 1)}: this is no JSON. {why} {SettingsDocument.Instead(before)} until it is fixed."],
    };

    /// <returns>The usable part of the value, or null; and true if the whole value is valid.</returns>
    private (JsonNode? Value, bool Right) Value(ref Utf8JsonReader reader, SettingSchema schema, string path, JsonNode? before)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when schema.Takes("object"):
                return Object(ref reader, schema, path, before);
            case JsonTokenType.StartArray when schema.Items is not null:
                return List(ref reader, schema.Items, path);
            case JsonTokenType.String when schema.Takes("string"):
                var text = reader.GetString()!;
                return FitsText(schema, text) ? (JsonValue.Create(text), true) : Wrong(ref reader, schema, path, $"\"{Shown(text)}\"");
            case JsonTokenType.Number when schema.Takes("integer") || schema.Takes("number"):
                var number = reader.GetDouble();
                return !FitsNumber(schema, number) ? Wrong(ref reader, schema, path, number.ToString(CultureInfo.InvariantCulture))
                    : (schema.Takes("integer") ? JsonValue.Create((int)number) : JsonValue.Create(number), true);
            case JsonTokenType.True or JsonTokenType.False when schema.Takes("boolean"):
                return (JsonValue.Create(reader.GetBoolean()), true);
            default:
                return Wrong(ref reader, schema, path, reader.TokenType switch
                {
                    JsonTokenType.StartObject => "an object",
                    JsonTokenType.StartArray => "a list",
                    JsonTokenType.String => "a text",
                    JsonTokenType.Number => "a number",
                    JsonTokenType.Null => "null",
                    _ => "true or false",
                });
        }
    }

    private (JsonNode?, bool) Object(ref Utf8JsonReader reader, SettingSchema schema, string path, JsonNode? before)
    {
        var line = Line(reader);
        var values = new JsonObject();
        var said = new HashSet<string>();
        var right = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if ((schema.Properties.GetValueOrDefault(name) ?? schema.AnyProperty) is not { } setting)
            {
                Unknown(reader, schema, path, name);
                reader.Skip();
            }
            else if (origin.Workspace && !setting.IsSection && setting.Workspace == WorkspaceRight.None)
            {
                problems.Add($"{Where(Line(reader))}: \"{at}\" is the user's to decide, not a workspace's, so it has no effect. "
                    + "Put it into your own settings if you want it.");
                reader.Skip();
            }
            else if (reader.Read() && reader.TokenType != JsonTokenType.Null)
            {
                var good = (before as JsonObject)?[name];
                var (value, fits) = Value(ref reader, setting, at, good);
                // A section has already restored the earlier values of its wrong settings.
                values[name] = fits || (setting.IsSection && value is not null) ? value : good?.DeepClone() ?? value;
                right &= fits;
                said.Add(name);
            }
        }
        foreach (var missing in schema.Required.Where(required => !said.Contains(required)))
        {
            problems.Add($"{Where(line)}: \"{path}\" has no \"{missing}\"; {schema.Properties[missing].Allowed} is needed. {Effect}");
        }
        return schema.Required.All(required => values[required] is not null) ? (values, right) : (null, false);
    }

    private (JsonNode?, bool) List(ref Utf8JsonReader reader, SettingSchema items, string path)
    {
        var values = new JsonArray();
        var right = true;
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            var (value, fits) = Value(ref reader, items, $"{path}[{index}]", before: null);
            if (value is not null)
            {
                values.Add(value);
            }
            right &= fits;
        }
        return (values, right);
    }

    private (JsonNode?, bool) Wrong(ref Utf8JsonReader reader, SettingSchema schema, string path, string what)
    {
        var name = path.Length == 0 ? "the whole" : $"\"{path}\"";
        problems.Add($"{Where(Line(reader))}: {name} is {what}; allowed is {schema.Allowed}. {Effect}");
        reader.Skip();
        return (null, false);
    }

    private void Unknown(Utf8JsonReader reader, SettingSchema schema, string path, string name)
    {
        if (path.Length == 0 && origin.KnownElsewhere.Contains(name))
        {
            return;
        }
        var at = path.Length == 0 ? name : $"{path}.{name}";
        // A misspelt name, a setting in the wrong section, or one with its whole path as in the editor's settings.
        var bare = name.StartsWith("assistant.", StringComparison.Ordinal) ? name["assistant.".Length..] : name;
        var meant = NearestName.Of(name, schema.Properties.Keys)
            ?? SettingSchema.Root.Settings().Select(setting => setting.Path)
                .FirstOrDefault(known => known == bare || known.EndsWith($".{bare}", StringComparison.OrdinalIgnoreCase));
        var suggestion = meant is null ? "."
            : meant.Contains('.') ? $"; did you mean \"{meant}\", each part in its own object?"
            : $"; did you mean \"{meant}\"?";
        problems.Add($"{Where(Line(reader))}: \"{Shown(at)}\" is not known and has no effect{suggestion}");
    }

    private static bool FitsText(SettingSchema schema, string text) =>
        schema.IsUrl ? text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        // The only setting with an enumeration is the endpoint kind, whose spelling is lenient.
        : schema.Enum.Count == 0 || EndpointKinds.TryParse(text, out _);

    private static bool FitsNumber(SettingSchema schema, double number) =>
        (!schema.Takes("integer") || (Math.Floor(number) == number && number is >= int.MinValue and <= int.MaxValue))
        && !(number < schema.Minimum) && !(number > schema.Maximum);

    private string Where(long line) => origin.HasLines ? $"{origin.Name}, line {line}" : origin.Name;

    private int Line(Utf8JsonReader reader) => json.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n') + 1;

    // Shortened, and hidden if it may contain a password.
    private static string Shown(string text) => text.Contains('@') ? "…" : text.Length > 60 ? text[..60] + "…" : text;
}
