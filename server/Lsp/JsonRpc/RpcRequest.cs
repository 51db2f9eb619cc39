using System.Text.Json.Serialization.Metadata;
using StreamJsonRpc.Protocol;

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
    // JsonRpc sends the answer within RespondAsync, on the same thread: a hop to another thread would cost every request some µs.
    private readonly TaskCompletionSource<JsonRpcMessage> answer = new();
    private readonly TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>The message that JsonRpc sends. It ends with the first <see cref="RespondAsync"/> or <see cref="FailAsync"/>.</summary>
    internal Task<JsonRpcMessage> Answer => answer.Task;

    /// <summary>Asks the handler to end. The handler may still answer with a result.</summary>
    public void Cancel(RpcError reason)
    {
        Interlocked.CompareExchange(ref cancelReason, reason, null);
        // The token is set at once. Its callbacks run on the pool, since the read loop must not wait for them.
        _ = source.CancelAsync();
    }

    /// <summary>Answers with a result. The task ends when the answer is written, or when the connection is closed.</summary>
    public Task RespondAsync<TResult>(TResult result, JsonTypeInfo<TResult> type) =>
        AnswerAsync(new OutgoingResult(this, new Payload<TResult>(result, type)));

    /// <summary>Answers with an error. The task ends as that of <see cref="RespondAsync"/>.</summary>
    public Task FailAsync(RpcError error) => AnswerAsync(new OutgoingError(this, error));

    /// <summary>The answer is written, or cannot be.</summary>
    internal void MarkSent() => sent.TrySetResult();

    private async Task AnswerAsync(JsonRpcMessage message)
    {
        // Removed before the writing: a peer that has read the answer may use the id again.
        if (!incoming.Remove(this))
        {
            return;
        }
        answer.SetResult(message);
        if (!sent.Task.IsCompleted)
        {
            await Task.WhenAny(sent.Task, incoming.ConnectionClosed);
        }
    }
}
