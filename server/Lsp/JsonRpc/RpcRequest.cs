using System.Text.Json.Serialization.Metadata;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// A request of the peer. The first answer goes out and later ones are dropped, so that code that cancels a request need not know which
/// code answers it.
/// </summary>
#pragma warning disable CA1001 // A source without a timer or a wait handle holds nothing, and a late cancel must not meet a disposed one.
public sealed class RpcRequest
#pragma warning restore CA1001
{
    private readonly IncomingRequests incoming;
    private readonly CancellationTokenSource source = new();
    private RpcError? cancelReason;

    internal RpcRequest(IncomingRequests incoming, RpcId id, string method)
    {
        this.incoming = incoming;
        Id = id;
        Method = method;
    }

    public RpcId Id { get; }

    public string Method { get; }

    /// <summary>Cancelled by the peer's <c>$/cancelRequest</c>, by a newer request, or at the end of the connection.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The answer to a request whose handler ended by its token: the reason of the first <see cref="Cancel"/>.</summary>
    public RpcError CancelReason => cancelReason ?? new RpcError(RpcErrorCodes.RequestCancelled, "The request was cancelled.");

    /// <summary>Asks the handler to end. The handler may still answer with a result.</summary>
    public void Cancel(RpcError reason)
    {
        Interlocked.CompareExchange(ref cancelReason, reason, null);
        // The token is set at once. Its callbacks run on the pool, since the read loop must not wait for them.
        _ = source.CancelAsync();
    }

    /// <summary>Answers with a result. The task ends when the answer is written or the peer is gone.</summary>
    public Task RespondAsync<TResult>(TResult result, JsonTypeInfo<TResult> type) =>
        incoming.AnswerAsync(this, new OutgoingResult(Id, new Payload<TResult>(result, type)));

    /// <summary>Answers with an error. The task ends as that of <see cref="RespondAsync"/>.</summary>
    public Task FailAsync(RpcError error) => incoming.AnswerAsync(this, new OutgoingError(Id, error));
}
