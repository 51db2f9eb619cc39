namespace Assistant.Lsp;

/// <summary>
/// What a connection does with messages that are not its own business. It is called in the read loop, in arrival order, and the next
/// message is read when the call has ended: so it queues, and does not work. <c>json</c> is valid during the call only.
/// </summary>
public interface IRpcReceiver
{
    /// <summary>The request is answered through <paramref name="request"/>, now or later.</summary>
    ValueTask OnRequestAsync(RpcRequest request, ReadOnlyMemory<byte> json);

    ValueTask OnNotificationAsync(string method, ReadOnlyMemory<byte> json);
}
