using System.Text.Json;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// The error that answers a request. <see cref="Code"/> is one of <see cref="RpcErrorCodes"/> or the peer's own.
/// </summary>
public sealed record RpcError(int Code, string Message, JsonElement? Data = null);

/// <summary>Thrown by a handler to answer with this error, and by RequestAsync when the peer answered with it.</summary>
public sealed class RpcException(RpcError error) : Exception($"{error.Message} ({error.Code})")
{
    public RpcException(int code, string message)
        : this(new RpcError(code, message))
    {
    }

    public RpcError Error { get; } = error;
}

/// <summary>JSON-RPC 2.0 section 5.1 and LSP 3.18 "ErrorCodes" and "LSPErrorCodes".</summary>
public static class RpcErrorCodes
{
    /// <summary>The body is not JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>JSON, but not a message that may come now.</summary>
    public const int InvalidRequest = -32600;

    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;

    /// <summary>A bug on our side; the log has it.</summary>
    public const int InternalError = -32603;

    /// <summary>A request before <c>initialize</c>.</summary>
    public const int ServerNotInitialized = -32002;

    /// <summary>The request is right and could not be met.</summary>
    public const int RequestFailed = -32803;

    /// <summary>The server itself gave the request up, as it ends.</summary>
    public const int ServerCancelled = -32802;

    /// <summary>A newer request or the document's newer text makes the answer worthless.</summary>
    public const int ContentModified = -32801;

    /// <summary>The client cancelled.</summary>
    public const int RequestCancelled = -32800;

    /// <summary>Ours, never on the wire: the peer is gone, so no answer will come.</summary>
    public const int ConnectionClosed = -32099;
}
