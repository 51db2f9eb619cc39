using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Assistant.Lsp.JsonRpc;

/// <summary>A value that a message carries as its params or result, with the metadata that serializes it without reflection.</summary>
internal abstract class Payload
{
    public abstract void Write(Utf8JsonWriter json);
}

internal class Payload<T>(T value, JsonTypeInfo<T> type) : Payload
{
    public override void Write(Utf8JsonWriter json) => JsonSerializer.Serialize(json, value, type);
}

/// <summary>A request of ours, as the reader sees it.</summary>
internal interface IPendingCall
{
    string Method { get; }

    /// <summary>The answer has been read, though JsonRpc may not have passed it on yet.</summary>
    bool IsAnswered { get; set; }

    /// <param name="json">The JSON of the result. It is not kept.</param>
    /// <exception cref="JsonException">The result does not have the method's type.</exception>
    object? ReadResult(ReadOnlySpan<byte> json);
}

/// <summary>The params of a request of ours. They know the type of its answer.</summary>
internal sealed class CallPayload<TParams, TResult>(RequestMethod<TParams, TResult> method, TParams parameters)
    : Payload<TParams>(parameters, method.Params), IPendingCall
{
    public string Method => method.Name;

    public bool IsAnswered { get; set; }

    public object? ReadResult(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, method.Result);
}
