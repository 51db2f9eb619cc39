using System.Text.Json.Serialization.Metadata;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// A request of the peer. The first answer goes out; every later one is dropped, so that whoever cancels need not know who answers.
/// </summary>
#pragma warning disable CA1001 // A source without a timer or a wait handle holds nothing, and a late cancel must not meet a disposed one.
public sealed class RpcRequest
#pragma warning restore CA1001
{
    private readonly RpcConnection connection;
    private readonly CancellationTokenSource source = new();
    private RpcError? cancelReason;

    internal RpcRequest(RpcConnection connection, RpcId id, string method)
    {
        this.connection = connection;
        Id = id;
        Method = method;
    }

    public RpcId Id { get; }

    public string Method { get; }

    /// <summary>Cancelled by the peer's <c>$/cancelRequest</c>, by a newer request, or at the end of the connection.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>What the answer is if the handler ends by its token: the reason of the first <see cref="Cancel"/>.</summary>
    public RpcError CancelReason => cancelReason ?? new RpcError(RpcErrorCodes.RequestCancelled, "The request was cancelled.");

    /// <summary>Asks the handler to end. It may still answer with what it has.</summary>
    public void Cancel(RpcError reason)
    {
        Interlocked.CompareExchange(ref cancelReason, reason, null);
        // The token is set at once; what hangs on it runs on the pool, since the read loop must not wait for it.
        _ = source.CancelAsync();
    }

    public Task RespondAsync<TResult>(TResult result, JsonTypeInfo<TResult> type) => connection.RespondAsync(this, result, type);

    public Task FailAsync(RpcError error) => connection.FailAsync(this, error);
}
