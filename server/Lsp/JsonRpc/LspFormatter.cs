using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// Writes messages as JSON, without reflection. It does not read: <see cref="LspMessageHandler"/> does, so that a bad body is answered
/// and does not end the connection.
/// </summary>
internal sealed class LspFormatter : IJsonRpcMessageTextFormatter, IDisposable
{
    // The peer reads JSON, not HTML: text stays readable and short.
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // One writer is enough: the message handler writes one message at a time.
    private readonly Utf8JsonWriter json = new(Stream.Null, Options);

    /// <summary>UTF-8, the only encoding of LSP 3.18.</summary>
    public Encoding Encoding { get; set; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <exception cref="Exception">The message's value cannot be serialized; nothing is to be sent then.</exception>
    public void Serialize(IBufferWriter<byte> bufferWriter, JsonRpcMessage message)
    {
        json.Reset(bufferWriter);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        switch (message)
        {
            case JsonRpcRequest request:
                if (request.IsResponseExpected)
                {
                    WriteId(request.RequestId);
                }
                json.WriteString("method"u8, request.Method);
                json.WritePropertyName("params"u8);
                ((Payload)request.Arguments!).Write(json);
                break;
            case OutgoingResult result:
                WriteId(result.RequestId);
                json.WritePropertyName("result"u8);
                ((Payload)result.Result!).Write(json);
                break;
            case OutgoingError error:
                WriteId(error.RequestId);
                json.WritePropertyName("error"u8);
                JsonSerializer.Serialize(json, error.Reason, RpcJson.Default.RpcError);
                break;
            default:
                throw new NotSupportedException($"A {message.GetType().Name} is not sent.");
        }
        json.WriteEndObject();
        json.Flush();
    }

    public JsonRpcMessage Deserialize(ReadOnlySequence<byte> contentBuffer) => throw new NotSupportedException();

    public JsonRpcMessage Deserialize(ReadOnlySequence<byte> contentBuffer, Encoding encoding) => throw new NotSupportedException();

    public object GetJsonText(JsonRpcMessage message) => throw new NotSupportedException();

    public void Dispose() => json.Dispose();

    private void WriteId(RequestId id)
    {
        json.WritePropertyName("id"u8);
        if (id.Number is { } number)
        {
            json.WriteNumberValue(number);
        }
        else if (id.String is { } text)
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
