using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Assistant.Lsp.JsonRpc;

/// <summary>A request of ours that waits for the peer's answer.</summary>
internal abstract class PendingCall
{
    /// <summary>Called in the read loop; the bytes are the frame's.</summary>
    public abstract void Complete(ReadOnlySpan<byte> result);

    public abstract void Fail(Exception exception);
}

internal sealed class PendingCall<TResult>(string method, JsonTypeInfo<TResult> type) : PendingCall
{
    private readonly TaskCompletionSource<TResult?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult?> Answer => answer.Task;

    public override void Complete(ReadOnlySpan<byte> result)
    {
        try
        {
            answer.TrySetResult(JsonSerializer.Deserialize(result, type));
        }
        catch (JsonException exception)
        {
            Fail(new RpcException(RpcErrorCodes.InvalidParams, $"The answer to {method} has the wrong shape: {exception.Message}"));
        }
    }

    public override void Fail(Exception exception) => answer.TrySetException(exception);
}
