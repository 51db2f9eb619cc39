using System.Collections.Concurrent;
using StreamJsonRpc.Protocol;

namespace Assistant.Lsp.JsonRpc;

/// <summary>The peer's requests that have no answer yet, by id. Any thread may call.</summary>
/// <param name="send">Sends the answer to a request. The task ends when the answer is written; it does not fail.</param>
internal sealed class IncomingRequests(Func<RpcRequest, JsonRpcMessage, Task> send)
{
    private readonly ConcurrentDictionary<RpcId, RpcRequest> requests = new();

    public int Count => requests.Count;

    /// <summary>Null where a request with this id has no answer yet.</summary>
    public RpcRequest? Add(RpcId id, string method)
    {
        var request = new RpcRequest(this, id, method);
        return requests.TryAdd(id, request) ? request : null;
    }

    /// <summary>Sends the first answer to a request and drops later ones.</summary>
    public Task AnswerAsync(RpcRequest request, JsonRpcMessage answer) =>
        // Removed before the writing: a peer that has read the answer may use the id again.
        requests.TryRemove(new(request.Id, request)) ? send(request, answer) : Task.CompletedTask;

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
