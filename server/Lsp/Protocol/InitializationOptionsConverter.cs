using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

/// <summary>
/// Reads options of any form: some clients send <c>[]</c>, <c>""</c> or the options of another server, and such a client must still get a
/// server. A value that does not fit has no effect.
/// </summary>
internal sealed class InitializationOptionsConverter : JsonConverter<InitializationOptions>
{
    public override InitializationOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new InitializationOptions { Ignored = $"the options are of the kind {json.ValueKind}" };
        }
        try
        {
            return Read(json);
        }
        catch (InvalidOperationException)
        {
            return new InitializationOptions { Ignored = "a name in the options holds half a surrogate pair" };
        }
    }

    private static InitializationOptions Read(JsonElement json)
    {
        JsonElement? settings = json.TryGetProperty("settings", out var found) && found.ValueKind != JsonValueKind.Null ? found : null;
        return !json.TryGetProperty("trusted", out var trusted) || trusted.ValueKind == JsonValueKind.Null
            ? new InitializationOptions(Settings: settings)
            : trusted.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? new InitializationOptions(trusted.GetBoolean(), settings)
                : new InitializationOptions(Settings: settings) { Ignored = $"trusted is of the kind {trusted.ValueKind}" };
    }

    public override void Write(Utf8JsonWriter writer, InitializationOptions value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Trusted is { } trusted)
        {
            writer.WriteBoolean("trusted", trusted);
        }
        if (value.Settings is { } settings)
        {
            writer.WritePropertyName("settings");
            settings.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
