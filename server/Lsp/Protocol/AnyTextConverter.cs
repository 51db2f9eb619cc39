using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assistant.Lsp.Protocol;

/// <summary>
/// Document text as the editor has it, lone surrogates included: VS Code writes them as an escape (<c>\ud83d</c>), and System.Text.Json
/// refuses such an escape. The converter keeps them, so that positions stay right.
/// </summary>
internal sealed class AnyTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("A text is a string.");
        }
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return Unescape(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <summary>The reader has checked that every escape is complete.</summary>
    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var text = new StringBuilder(escaped.Length);
        while (escaped.IndexOf((byte)'\\') is var at and >= 0)
        {
            text.Append(Encoding.UTF8.GetString(escaped[..at]));
            var isUnicode = escaped[at + 1] == 'u';
            text.Append(isUnicode ? (char)ushort.Parse(escaped.Slice(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                : escaped[at + 1] switch
                {
                    (byte)'b' => '\b',
                    (byte)'f' => '\f',
                    (byte)'n' => '\n',
                    (byte)'r' => '\r',
                    (byte)'t' => '\t',
                    var itself => (char)itself,
                });
            escaped = escaped[(at + (isUnicode ? 6 : 2))..];
        }
        return text.Append(Encoding.UTF8.GetString(escaped)).ToString();
    }
}
