using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// JSON-RPC 2.0 in LSP's framing, in both directions, over any pair of pipes. StreamJsonRpc carries it; nothing outside this folder sees
/// that library. The connection knows no method but <c>$/cancelRequest</c>, which acts in the read loop, ahead of the receiver's queue.
/// <para>
/// To be called: give <see cref="RunAsync"/> a receiver (the server's is <c>Server.LanguageServer</c>, where handlers are registered).
/// To call: <see cref="NotifyAsync"/> and <see cref="RequestAsync"/> with a method of <c>Protocol.Methods</c>; <c>LspClient</c> has the
/// usual ones by name. Any thread may call.
/// </para>
/// Invariant: bad input is answered or logged; it never ends the read loop. Only the stream's end, <see cref="Stop"/>, the token or
/// <see cref="DisposeAsync"/> does.
/// </summary>
public sealed class RpcConnection : IAsyncDisposable
{
    private readonly LspMessageHandler handler;
    private readonly LspRpc rpc;

    public RpcConnection(PipeReader input, PipeWriter output, ILogger logger)
    {
        handler = new LspMessageHandler(input, output, logger);
        rpc = new LspRpc(handler, logger);
    }

    /// <summary>The number of the peer's requests that have no answer yet.</summary>
    public int InFlight => handler.Incoming.Count;

    /// <summary>Reads until the stream ends. Afterwards answers still go out, and no call of ours can be answered any more.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task RunAsync(IRpcReceiver receiver, CancellationToken token) => rpc.RunAsync(receiver, token);

    /// <summary>No further message is read; for use by the receiver.</summary>
    public void Stop() => handler.Stop();

    /// <summary>Sends a notification. Nothing happens where the peer is gone.</summary>
    public ValueTask NotifyAsync<TParams>(NotificationMethod<TParams> method, TParams parameters) => rpc.NotifyAsync(method, parameters);

    /// <summary>
    /// Sends a request and waits for its answer; <see cref="RunAsync"/> must run. A cancelled token cancels the call and ends the wait.
    /// </summary>
    /// <exception cref="RpcException">The peer answered with an error, or is gone.</exception>
    public Task<TResult?> RequestAsync<TParams, TResult>(
        RequestMethod<TParams, TResult> method, TParams parameters, CancellationToken token) =>
        rpc.RequestAsync(method, parameters, token);

    /// <summary>Asks every handler that still runs to end, with this error as the answer to its request.</summary>
    public void CancelAll(RpcError reason) => handler.Incoming.CancelAll(reason);

    /// <summary>Answers the requests that have no answer yet, for handlers that did not end when they were asked to.</summary>
    public ValueTask FailAllAsync(RpcError error) => handler.Incoming.FailAllAsync(error);

    /// <summary>Closes our side; the other side sees the end of the stream.</summary>
    public ValueTask DisposeAsync() => rpc.CloseAsync();
}
