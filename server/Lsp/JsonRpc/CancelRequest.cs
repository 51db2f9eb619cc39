namespace Assistant.Lsp.JsonRpc;

/// <summary>`$/cancelRequest`, in both directions: the one method that the connection itself sends and handles.</summary>
public static class CancelRequest
{
    public static NotificationMethod<CancelParams> Method { get; } = new("$/cancelRequest", RpcJson.Default.CancelParams);
}

/// <param name="Id">The id of the request to cancel.</param>
public sealed record CancelParams(RpcId Id);
