using System.Diagnostics;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// StreamJsonRpc's connection. It correlates calls and answers and sends one message at a time. Its dispatch by reflection is overridden:
/// every request and notification goes straight to the receiver.
/// </summary>
internal sealed partial class LspRpc : StreamJsonRpc.JsonRpc, ICancellationStrategy
{
    /// <summary>JsonRpc drops it: every incoming message is a notification for it.</summary>
    private static readonly JsonRpcResult NoAnswer = new();

    private readonly LspMessageHandler handler;
    private readonly ILogger logger;
    private IRpcReceiver? receiver;

    public LspRpc(LspMessageHandler handler, ILogger logger)
        : base(handler)
    {
        this.handler = handler;
        this.logger = logger;
        TraceSource.Switch.Level = SourceLevels.Off;
        // Null: the dispatch runs on the thread of the read loop, in arrival order.
        SynchronizationContext = null;
        CancellationStrategy = this;
        AddLocalRpcMethod(IncomingCall.AnyMethod, NeverInvoked);
        Disconnected += (_, e) => OnDisconnected(e);
    }

    /// <summary>Reads until <see cref="LspMessageHandler.ReadingEnded"/>.</summary>
    public Task RunAsync(IRpcReceiver to, CancellationToken token)
    {
        receiver = to;
        handler.Begin(token);
        StartListening();
        return handler.ReadingEnded;
    }

    /// <summary>Nothing happens where the peer is gone.</summary>
    /// <exception cref="Exception">The params cannot be serialized.</exception>
    public async ValueTask NotifyAsync<TParams>(NotificationMethod<TParams> method, TParams parameters)
    {
        try
        {
            var payload = new Payload<TParams>(parameters, method.Params);
            await CallAsync<object?>(RequestId.NotSpecified, method.Name, payload, CancellationToken.None);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // No peer is left to notify.
        }
    }

    /// <summary>Sends a request and waits for its answer. A cancelled token sends `$/cancelRequest` and ends the wait.</summary>
    /// <exception cref="RpcException">The peer answered with an error, or is gone.</exception>
    public async Task<TResult?> RequestAsync<TParams, TResult>(
        RequestMethod<TParams, TResult> method, TParams parameters, CancellationToken token)
    {
        if (handler.ReadingEnded.IsCompleted)
        {
            throw Closed();
        }
        var payload = new CallPayload<TParams, TResult>(method, parameters);
        var call = CallAsync<TResult?>(CreateNewRequestId(), method.Name, payload, token);
        // By itself, JsonRpc would wait for the answer to a cancelled request, and for an answer after the end of the reading.
        var answer = call.WaitAsync(token);
        Observe(call);
        Observe(answer);
        if (await Task.WhenAny(answer, handler.ReadingEnded) != answer && !payload.IsAnswered && !answer.IsCompleted)
        {
            throw Closed();
        }
        try
        {
            return await answer;
        }
        catch (Exception exception) when (IsGone(exception) && !token.IsCancellationRequested)
        {
            throw Closed();
        }
    }

    /// <summary>Closes our side when everything that was sent before is written; the peer sees the end of the stream.</summary>
    public async ValueTask CloseAsync()
    {
        try
        {
            await handler.WriteAsync(new SendQueueMark(), CancellationToken.None);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // Nothing is left to be written.
        }
        Dispose();
        // Not Completion: that waits for the reader too, and a read of stdin cannot be interrupted everywhere.
        await handler.WriterClosed;
    }

    protected override ValueTask<JsonRpcMessage> DispatchRequestAsync(
        JsonRpcRequest request, TargetMethod targetMethod, CancellationToken cancellationToken)
    {
        var call = (IncomingCall)request;
        handler.Received = call.Request is null ? ReceiveAsync(call) : ReceiveAsync(call, call.Request);
        return new(NoAnswer);
    }

    /// <summary>Sends a request or notification of ours. Answers do not come here: <see cref="RpcRequest"/> sends them.</summary>
    protected override async ValueTask SendAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await base.SendAsync(message, cancellationToken);
        }
        catch when (message is JsonRpcRequest { IsResponseExpected: true } call)
        {
            // JsonRpc has no record of a call whose sending failed: an answer to it would end the connection.
            handler.Forget(call.RequestId);
            throw;
        }
    }

    void ICancellationStrategy.CancelOutboundRequest(RequestId requestId) =>
        _ = NotifyAsync(CancelRequest.Method, new CancelParams(RpcId.From(requestId))).AsTask();

    void ICancellationStrategy.OutboundRequestEnded(RequestId requestId)
    {
        // A cancelled call stays known until its answer comes: an answer without a call would end the connection.
    }

    void ICancellationStrategy.IncomingRequestStarted(RequestId requestId, CancellationTokenSource cancellationTokenSource)
    {
        // RpcRequest has a source of its own, which exists before the dispatch: no cancel comes too early for it.
    }

    void ICancellationStrategy.IncomingRequestEnded(RequestId requestId)
    {
        // As above.
    }

    private async Task ReceiveAsync(IncomingCall call, RpcRequest request)
    {
        try
        {
            await receiver!.OnRequestAsync(request, call.Json);
        }
        catch (Exception exception)
        {
            // A bug of the receiver costs this request its answer, not the connection its life.
            LogReceiverFailed(call.Name, exception);
            await request.FailAsync(new RpcError(RpcErrorCodes.InternalError, $"{call.Name} failed; the log has the details."));
        }
    }

    private async Task ReceiveAsync(IncomingCall call)
    {
        try
        {
            await receiver!.OnNotificationAsync(call.Name, call.Json);
        }
        catch (Exception exception)
        {
            // As above.
            LogReceiverFailed(call.Name, exception);
        }
    }

    private Task<T> CallAsync<T>(RequestId id, string method, Payload payload, CancellationToken token) =>
        InvokeCoreAsync<T>(id, method, [payload], token, isParameterObject: true);

    private void OnDisconnected(JsonRpcDisconnectedEventArgs e)
    {
        Observe(Completion);
        if (e.Reason != DisconnectedReason.LocallyDisposed)
        {
            LogDisconnected(e.Reason, e.Description, e.Exception);
        }
    }

    private bool IsGone(Exception exception) =>
        handler.IsGone(exception)
        || exception is ConnectionLostException
        || (exception is ObjectDisposedException or OperationCanceledException && IsDisposed);

    private static RpcException Closed() => new(RpcErrorCodes.ConnectionClosed, "The connection is closed.");

    /// <summary>Marks a later failure of the task as observed, since its last awaiter may have left by then.</summary>
    private static void Observe(Task task) => task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private static void NeverInvoked()
    {
        // JsonRpc dispatches only to a registered target. DispatchRequestAsync does not invoke it.
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Receiving {Method} failed.")]
    private partial void LogReceiverFailed(string method, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "StreamJsonRpc ended the connection ({Reason}): {Description}")]
    private partial void LogDisconnected(DisconnectedReason reason, string description, Exception? exception);
}
