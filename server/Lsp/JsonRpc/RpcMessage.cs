using System.Text.Json;
using System.Text.Unicode;

namespace Assistant.Lsp.JsonRpc;

internal enum RpcMessageKind
{
    Request,
    Notification,

    /// <summary>An answer with a result.</summary>
    Result,

    /// <summary>An answer with an error; the id may be missing.</summary>
    Error,

    /// <summary>JSON, but no message; <see cref="RpcMessage.Problem"/> says why.</summary>
    Invalid,

    NotJson,
}

/// <summary>
/// The envelope of a message, read in one pass. Params, result and error stay bytes until their type is known, so that nothing is parsed
/// twice.
/// </summary>
/// <param name="Kind">As the fields of the envelope determine it.</param>
/// <param name="Id">Null where it has none.</param>
/// <param name="Method">Empty for answers.</param>
/// <param name="Payload">The JSON of params, result or error; <c>{}</c> where params are missing or null. Valid like the frame.</param>
/// <param name="Problem">For <see cref="RpcMessageKind.Invalid"/> and <see cref="RpcMessageKind.NotJson"/>.</param>
internal readonly record struct RpcMessage(
    RpcMessageKind Kind, RpcId? Id, string Method, ReadOnlyMemory<byte> Payload, string? Problem = null)
{
    /// <summary>The levels of nesting that a message may have. System.Text.Json allows 64 by default.</summary>
    public const int MaxDepth = 256;

    private static readonly ReadOnlyMemory<byte> NoParams = "{}"u8.ToArray();
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    public static RpcMessage Parse(ReadOnlyMemory<byte> body)
    {
        // Utf8JsonReader checks the encoding of a string only when the string is read, so invalid UTF-8 would surface later.
        if (!Utf8.IsValid(body.Span))
        {
            return NotJson("The body is not UTF-8.");
        }
        try
        {
            return Read(body);
        }
        catch (JsonException exception)
        {
            return NotJson($"The body is not JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            // The id or the method has a lone surrogate, written as an escape.
            return Invalid(null, "The id or the method is not a valid string.");
        }
    }

    private static RpcMessage NotJson(string problem) => new(RpcMessageKind.NotJson, null, "", default, problem);

    private static RpcMessage Invalid(RpcId? id, string problem) => new(RpcMessageKind.Invalid, id, "", default, problem);

    private static RpcMessage Read(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            return Invalid(null, "A message is a JSON object; batches are not part of LSP.");
        }
        RpcId? id = null;
        var hasId = false;
        string? method = null;
        var hasMethod = false;
        ReadOnlyMemory<byte>? parameters = null, result = null, error = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                hasId = true;
                id = RpcId.Read(ref reader);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                hasMethod = true;
                method = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                parameters = Slice(ref reader, body, nullIsMissing: true);
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                result = Slice(ref reader, body, nullIsMissing: false);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                error = Slice(ref reader, body, nullIsMissing: true);
            }
            else
            {
                reader.Skip();
            }
        }
        // Throws where anything follows the object.
        reader.Read();
        if (hasMethod)
        {
            return method is null ? Invalid(id, "The method is not a string.")
                : !hasId ? new RpcMessage(RpcMessageKind.Notification, null, method, parameters ?? NoParams)
                : id is null ? Invalid(null, $"The id of the request {method} is neither a whole number nor a string.")
                : new RpcMessage(RpcMessageKind.Request, id, method, parameters ?? NoParams);
        }
        return error is not null ? new RpcMessage(RpcMessageKind.Error, id, "", error.Value)
            : result is not null && id is not null ? new RpcMessage(RpcMessageKind.Result, id, "", result.Value)
            : Invalid(id, "The message has neither a method nor a result or an error.");
    }

    private static ReadOnlyMemory<byte>? Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, bool nullIsMissing)
    {
        reader.Read();
        var isNull = reader.TokenType == JsonTokenType.Null;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        // Without the cast, null would become an empty slice.
        return isNull && nullIsMissing ? (ReadOnlyMemory<byte>?)null : body[start..(int)reader.BytesConsumed];
    }
}
