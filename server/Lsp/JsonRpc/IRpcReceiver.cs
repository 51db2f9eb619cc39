namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// Receives the requests and notifications of a connection, except `$/cancelRequest`. The read loop calls it in arrival order and reads
/// the next message when the call has ended; so an implementation queues the work and does not do it. <c>json</c> is valid during the call
/// only.
/// </summary>
public interface IRpcReceiver
{
    /// <param name="request">Takes the answer, during the call or later.</param>
    /// <param name="json">The params.</param>
    ValueTask OnRequestAsync(RpcRequest request, ReadOnlyMemory<byte> json);

    ValueTask OnNotificationAsync(string method, ReadOnlyMemory<byte> json);
}
