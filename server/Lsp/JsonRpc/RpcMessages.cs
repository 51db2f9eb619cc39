using StreamJsonRpc.Protocol;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// A request or notification of the peer, as the reader gives it to <see cref="LspRpc"/>. For JsonRpc both are notifications, since
/// <see cref="RpcRequest"/> sends the answer: a request that JsonRpc answered would cost about twice the CPU.
/// </summary>
internal sealed class IncomingCall : JsonRpcRequest
{
    /// <summary>The name under which <see cref="LspRpc"/> has registered its one target. The receiver knows the real names.</summary>
    public const string AnyMethod = "*";

    /// <param name="name">The method.</param>
    /// <param name="request">Null for a notification.</param>
    /// <param name="json">The params. Valid until the reader reads the next frame.</param>
    public IncomingCall(string name, RpcRequest? request, ReadOnlyMemory<byte> json)
    {
        Name = name;
        Request = request;
        Json = json;
        Method = AnyMethod;
    }

    public string Name { get; }

    public RpcRequest? Request { get; }

    public ReadOnlyMemory<byte> Json { get; }
}

/// <summary>
/// The peer's answer to a request of ours. An error is a result too, whose <see cref="GetResult{T}"/> throws: JsonRpc would turn an error
/// into a cancellation (-32800) or into one of several exception types.
/// </summary>
internal sealed class IncomingAnswer : JsonRpcResult
{
    private readonly RpcError? error;

    public IncomingAnswer(RpcId id, object? result)
    {
        RequestId = id.ToRequestId();
        Result = result;
    }

    public IncomingAnswer(RpcId id, RpcError error)
    {
        RequestId = id.ToRequestId();
        this.error = error;
    }

    /// <exception cref="RpcException">The answer is an error.</exception>
    public override T GetResult<T>() => error is null ? base.GetResult<T>() : throw new RpcException(error);
}

/// <summary>An answer of ours with a result.</summary>
internal sealed class OutgoingResult : JsonRpcResult
{
    public OutgoingResult(RpcId id, Payload payload)
    {
        RequestId = id.ToRequestId();
        Result = payload;
    }
}

/// <summary>An answer of ours with an error.</summary>
internal sealed class OutgoingError : JsonRpcError
{
    /// <param name="id">Null where the request's id could not be read.</param>
    /// <param name="reason">The error to report.</param>
    public OutgoingError(RpcId? id, RpcError reason)
    {
        RequestId = id?.ToRequestId() ?? StreamJsonRpc.RequestId.Null;
        Reason = reason;
    }

    public RpcError Reason { get; }
}

/// <summary>
/// A message without bytes. It takes its turn in the send queue: its writing has ended when everything before it is written.
/// </summary>
internal sealed class SendQueueMark : JsonRpcMessage;
