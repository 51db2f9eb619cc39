using System.Collections.Concurrent;

namespace Assistant.Lsp.JsonRpc;

/// <summary>The peer's requests that have no answer yet, by id. Any thread may call.</summary>
/// <param name="connectionClosed">Ends when nothing more can be sent.</param>
internal sealed class IncomingRequests(Task connectionClosed)
{
    private readonly ConcurrentDictionary<RpcId, RpcRequest> requests = new();

    public Task ConnectionClosed => connectionClosed;

    public int Count => requests.Count;

    /// <summary>Null where a request with this id has no answer yet.</summary>
    public RpcRequest? Add(RpcId id, string method)
    {
        var request = new RpcRequest(this, id, method);
        return requests.TryAdd(id, request) ? request : null;
    }

    /// <summary>False where the request is answered already.</summary>
    public bool Remove(RpcRequest request) => requests.TryRemove(new(request.Id, request));

    /// <summary>Cancels one request. An unknown id belongs to a request that is answered already: that race is normal.</summary>
    public void Cancel(RpcId id, RpcError reason)
    {
        if (requests.TryGetValue(id, out var request))
        {
            request.Cancel(reason);
        }
    }

    public void CancelAll(RpcError reason)
    {
        foreach (var request in requests.Values)
        {
            request.Cancel(reason);
        }
    }

    public async ValueTask FailAllAsync(RpcError error)
    {
        foreach (var request in requests.Values)
        {
            await request.FailAsync(error);
        }
    }
}
