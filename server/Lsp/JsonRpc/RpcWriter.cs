using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Assistant.Lsp.JsonRpc;

/// <summary>The four kinds of message, as JSON. Each call is false where the peer is gone.</summary>
internal sealed class RpcWriter(PipeWriter output)
{
    private readonly FrameWriter frames = new(output);

    public ValueTask<bool> NotificationAsync<TParams>(NotificationMethod<TParams> method, TParams parameters) =>
        frames.WriteAsync((method, parameters), static (json, message) =>
        {
            Begin(json);
            json.WriteString("method"u8, message.method.Name);
            json.WritePropertyName("params"u8);
            JsonSerializer.Serialize(json, message.parameters, message.method.Params);
            json.WriteEndObject();
        });

    public ValueTask<bool> RequestAsync<TParams>(RpcId id, string method, TParams parameters, JsonTypeInfo<TParams> type) =>
        frames.WriteAsync((id, method, parameters, type), static (json, message) =>
        {
            Begin(json);
            json.WritePropertyName("id"u8);
            message.id.Write(json);
            json.WriteString("method"u8, message.method);
            json.WritePropertyName("params"u8);
            JsonSerializer.Serialize(json, message.parameters, message.type);
            json.WriteEndObject();
        });

    public ValueTask<bool> ResultAsync<TResult>(RpcId id, TResult result, JsonTypeInfo<TResult> type) =>
        frames.WriteAsync((id, result, type), static (json, message) =>
        {
            Begin(json);
            json.WritePropertyName("id"u8);
            message.id.Write(json);
            json.WritePropertyName("result"u8);
            JsonSerializer.Serialize(json, message.result, message.type);
            json.WriteEndObject();
        });

    /// <param name="id">Null where the request's id could not be read.</param>
    public ValueTask<bool> ErrorAsync(RpcId? id, RpcError error) =>
        frames.WriteAsync((id, error), static (json, message) =>
        {
            Begin(json);
            json.WritePropertyName("id"u8);
            if (message.id is { } id)
            {
                id.Write(json);
            }
            else
            {
                json.WriteNullValue();
            }
            json.WritePropertyName("error"u8);
            JsonSerializer.Serialize(json, message.error, RpcJson.Default.RpcError);
            json.WriteEndObject();
        });

    /// <summary>Nothing is written after this; what still comes is dropped.</summary>
    public ValueTask CompleteAsync() => frames.CompleteAsync();

    private static void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
    }
}
