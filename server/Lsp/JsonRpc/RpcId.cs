using System.Text.Json;
using System.Text.Json.Serialization;
using StreamJsonRpc;

namespace Assistant.Lsp.JsonRpc;

/// <summary>The id of a request or a progress token; <c>integer | string</c> in the protocol.</summary>
[JsonConverter(typeof(RpcIdConverter))]
public readonly record struct RpcId
{
    private readonly long number;
    private readonly string? text;

    public RpcId(long number) => this.number = number;

    public RpcId(string text) => this.text = text;

    public static implicit operator RpcId(long number) => new(number);

    public static implicit operator RpcId(string text) => new(text);

    public static RpcId FromInt64(long number) => new(number);

    public static RpcId FromString(string text) => new(text);

    /// <summary>The number, or null where the id is a string.</summary>
    public long? Number => text is null ? number : null;

    public override string ToString() => text is null ? number.ToString() : $"\"{text}\"";

    internal static RpcId From(RequestId id) => id.Number is { } number ? new RpcId(number) : new RpcId(id.String!);

    internal RequestId ToRequestId() => text is null ? new RequestId(number) : new RequestId(text);

    /// <summary>Reads the current value of the reader; null where it is neither a 64-bit integer nor a string.</summary>
    internal static RpcId? Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new RpcId(reader.GetString()!),
        JsonTokenType.Number when reader.TryGetInt64(out var number) => new RpcId(number),
        _ => (RpcId?)null,
    };

    internal void Write(Utf8JsonWriter writer)
    {
        if (text is null)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }
}

internal sealed class RpcIdConverter : JsonConverter<RpcId>
{
    public override RpcId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RpcId.Read(ref reader) ?? throw new JsonException("An id is a whole number or a string.");

    public override void Write(Utf8JsonWriter writer, RpcId value, JsonSerializerOptions options) => value.Write(writer);
}
