using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// JSON-RPC 2.0 in LSP's framing, in both directions, over any pair of pipes. Knows no method but <c>$/cancelRequest</c>, which acts here
/// and now, before whatever queue stands behind the receiver.
/// <para>
/// To be called: give <see cref="RunAsync"/> a receiver (the server's is <c>Server.LanguageServer</c>, where handlers are registered).
/// To call: <see cref="NotifyAsync"/> and <see cref="RequestAsync"/> with a <see cref="RequestMethod{TParams,TResult}"/>
/// or <see cref="NotificationMethod{TParams}"/>. Any thread may call.
/// </para>
/// Invariant: bad input is answered or logged; it never ends the read loop. Only the stream's end, <see cref="Stop"/> or the token does.
/// </summary>
public sealed partial class RpcConnection(PipeReader input, PipeWriter output, ILogger logger) : IAsyncDisposable
{
    private readonly RpcWriter writer = new(output);
    private readonly ConcurrentDictionary<RpcId, RpcRequest> incoming = new();
    private readonly ConcurrentDictionary<RpcId, PendingCall> outgoing = new();
    private long lastId;
    private volatile bool stopped;
    private volatile bool ended;

    /// <summary>How many of the peer's requests have no answer yet.</summary>
    public int InFlight => incoming.Count;

    /// <summary>Reads until the stream ends. Afterwards answers still go out, and no call of ours can be answered any more.</summary>
    public async Task RunAsync(IRpcReceiver receiver, CancellationToken token)
    {
        var frames = new FrameReader(input);
        try
        {
            while (!stopped)
            {
                var frame = await frames.ReadAsync(token);
                if (frame.Junk > 0)
                {
                    LogJunk(frame.Junk);
                }
                if (frame.Kind == FrameKind.End)
                {
                    break;
                }
                await (frame.Kind == FrameKind.TooLong
                    ? RefuseAsync(null, RpcErrorCodes.InvalidRequest, $"A message of {frame.Length} bytes is above the limit of {FrameReader.LongestBody}.")
                    : ReceiveAsync(receiver, RpcMessage.Parse(frame.Body)));
            }
        }
        catch (IOException exception)
        {
            LogBroken(exception);
        }
        finally
        {
            ended = true;
            FailCalls();
        }
    }

    /// <summary>No further message is read; for use by the receiver.</summary>
    public void Stop() => stopped = true;

    /// <summary>Nothing happens where the peer is gone.</summary>
    public async ValueTask NotifyAsync<TParams>(NotificationMethod<TParams> method, TParams parameters) =>
        await writer.NotificationAsync(method, parameters);

    /// <summary>Sends a request and waits for its answer. A cancelled token tells the peer and ends the wait at once.</summary>
    /// <exception cref="RpcException">The peer answered with an error, or is gone.</exception>
    public async Task<TResult?> RequestAsync<TParams, TResult>(RequestMethod<TParams, TResult> method, TParams parameters, CancellationToken token)
    {
        var id = new RpcId(Interlocked.Increment(ref lastId));
        var call = new PendingCall<TResult>(method.Name, method.Result);
        outgoing[id] = call;
        try
        {
            var sent = await writer.RequestAsync(id, method.Name, parameters, method.Params);
            if (!sent || ended)
            {
                call.Fail(Closed());
            }
            return await call.Answer.WaitAsync(token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            await NotifyAsync(CancelRequest.Method, new CancelParams(id));
            throw;
        }
        finally
        {
            outgoing.TryRemove(id, out _);
        }
    }

    /// <summary>Asks every handler that still runs to end, with this as the answer to its request.</summary>
    public void CancelAll(RpcError reason)
    {
        foreach (var request in incoming.Values)
        {
            request.Cancel(reason);
        }
    }

    /// <summary>Answers what has no answer yet, for handlers that did not end when they were asked to.</summary>
    public async ValueTask FailAllAsync(RpcError error)
    {
        foreach (var request in incoming.Values)
        {
            await FailAsync(request, error);
        }
    }

    /// <summary>Closes our side; the other side sees the end of the stream.</summary>
    public ValueTask DisposeAsync() => writer.CompleteAsync();

    internal async Task RespondAsync<TResult>(RpcRequest request, TResult result, JsonTypeInfo<TResult> type)
    {
        // Taken out before the writing: who has read the answer may use its id again.
        if (!incoming.TryRemove(new(request.Id, request)))
        {
            return;
        }
        try
        {
            await writer.ResultAsync(request.Id, result, type);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or JsonException or ArgumentException)
        {
            LogNotWritten(request.Method, exception);
            await RefuseAsync(request.Id, RpcErrorCodes.InternalError, $"The answer to {request.Method} could not be written; the log has the details.");
        }
    }

    internal async Task FailAsync(RpcRequest request, RpcError error)
    {
        if (incoming.TryRemove(new(request.Id, request)))
        {
            await writer.ErrorAsync(request.Id, error);
        }
    }

    private async ValueTask RefuseAsync(RpcId? id, int code, string message) => await writer.ErrorAsync(id, new RpcError(code, message));

    private async ValueTask ReceiveAsync(IRpcReceiver receiver, RpcMessage message)
    {
        switch (message.Kind)
        {
            case RpcMessageKind.Request:
                await ReceiveRequestAsync(receiver, message);
                break;
            case RpcMessageKind.Notification when message.Method == CancelRequest.Method.Name:
                CancelIncoming(message.Payload);
                break;
            case RpcMessageKind.Notification:
                await ReceiveNotificationAsync(receiver, message);
                break;
            case RpcMessageKind.Result or RpcMessageKind.Error:
                ReceiveAnswer(message);
                break;
            case RpcMessageKind.NotJson:
                await RefuseAsync(null, RpcErrorCodes.ParseError, message.Problem!);
                break;
            default:
                await RefuseAsync(message.Id, RpcErrorCodes.InvalidRequest, message.Problem!);
                break;
        }
    }

    private async ValueTask ReceiveRequestAsync(IRpcReceiver receiver, RpcMessage message)
    {
        var request = new RpcRequest(this, message.Id!.Value, message.Method);
        // Registered before the first await, so that a cancel arriving next finds the request.
        if (!incoming.TryAdd(request.Id, request))
        {
            LogDuplicate(request.Id, request.Method);
            return;
        }
        try
        {
            await receiver.OnRequestAsync(request, message.Payload);
        }
        catch (Exception exception)
        {
            // A bug of the receiver costs this request its answer, not the connection its life.
            LogReceiverFailed(message.Method, exception);
            await FailAsync(request, new RpcError(RpcErrorCodes.InternalError, $"{message.Method} failed; the log has the details."));
        }
    }

    private async ValueTask ReceiveNotificationAsync(IRpcReceiver receiver, RpcMessage message)
    {
        try
        {
            await receiver.OnNotificationAsync(message.Method, message.Payload);
        }
        catch (Exception exception)
        {
            // As above.
            LogReceiverFailed(message.Method, exception);
        }
    }

    private void CancelIncoming(ReadOnlyMemory<byte> json)
    {
        try
        {
            // An id that is not there has been answered already: that race is normal.
            if (incoming.TryGetValue(JsonSerializer.Deserialize(json.Span, RpcJson.Default.CancelParams)!.Id, out var request))
            {
                request.Cancel(new RpcError(RpcErrorCodes.RequestCancelled, "The client cancelled the request."));
            }
        }
        catch (JsonException exception)
        {
            LogBadAnswer("$/cancelRequest", exception.Message);
        }
    }

    private void ReceiveAnswer(RpcMessage message)
    {
        if (message.Id is not { } id || !outgoing.TryRemove(id, out var call))
        {
            // Answers to calls that were cancelled meanwhile end here too.
            LogBadAnswer("an answer", $"no call of ours waits for the id {message.Id?.ToString() ?? "null"}");
        }
        else if (message.Kind == RpcMessageKind.Result)
        {
            call.Complete(message.Payload.Span);
        }
        else
        {
            call.Fail(new RpcException(ReadError(message.Payload)));
        }
    }

    private static RpcError ReadError(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, RpcJson.Default.RpcError)!;
        }
        catch (JsonException)
        {
            return new RpcError(RpcErrorCodes.InternalError, "The peer answered with an error that has no code and message.");
        }
    }

    private void FailCalls()
    {
        foreach (var (id, call) in outgoing)
        {
            outgoing.TryRemove(id, out _);
            call.Fail(Closed());
        }
    }

    private static RpcException Closed() => new(RpcErrorCodes.ConnectionClosed, "The connection is closed.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Skipped {Bytes} bytes that belong to no message.")]
    private partial void LogJunk(long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The connection broke.")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The id {Id} of a second request ({Method}) is still in use: it gets no answer of its own.")]
    private partial void LogDuplicate(RpcId id, string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "Receiving {Method} failed.")]
    private partial void LogReceiverFailed(string method, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The answer to {Method} could not be written.")]
    private partial void LogNotWritten(string method, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Ignored {What}: {Reason}")]
    private partial void LogBadAnswer(string what, string reason);
}
