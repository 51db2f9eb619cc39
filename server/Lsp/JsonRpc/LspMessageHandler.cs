using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Assistant.Lsp.JsonRpc;

/// <summary>
/// The transport under <see cref="LspRpc"/>: reads with our own reader, writes with StreamJsonRpc's framing.
/// <para>
/// JsonRpc ends the connection at an exception from the reader and at an answer that no call waits for, and it drops pending answers at
/// the end of the stream. So none of these three reaches JsonRpc. `$/cancelRequest` acts in the read loop, ahead of every queue.
/// </para>
/// </summary>
internal sealed partial class LspMessageHandler : HeaderDelimitedMessageHandler
{
    private readonly ILogger logger;
    private readonly FrameReader frames;
    private readonly ConcurrentDictionary<RequestId, IPendingCall> asked = new();
    private readonly TaskCompletionSource readingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource writerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken run;
    private CancellationToken reading;
    private volatile bool stopped;
    private volatile bool peerGone;

    public LspMessageHandler(PipeReader input, PipeWriter output, ILogger logger)
        : base(output, input, new LspFormatter())
    {
        this.logger = logger;
        frames = new FrameReader(input);
        Incoming = new IncomingRequests(AnswerAsync);
    }

    public IncomingRequests Incoming { get; }

    /// <summary>
    /// The receiver's work on the last message. The next message is read when this task has ended. JsonRpc does not await the dispatch: a
    /// flood of messages would fill the memory, and messages would overtake each other.
    /// </summary>
    public Task Received { get; set; } = Task.CompletedTask;

    /// <summary>
    /// Ends when no message will be read any more: at the end of the stream, after <see cref="Stop"/>, at the end of the connection;
    /// cancelled by the token of <see cref="Begin"/>; or with the exception of a bug in the reading.
    /// </summary>
    public Task ReadingEnded => readingEnded.Task;

    /// <summary>Ends when the connection is closed on our side: nothing is written any more.</summary>
    public Task WriterClosed => writerClosed.Task;

    /// <summary>The failure to send means that the peer is gone or the connection is being closed; it is no fault.</summary>
    public bool IsGone(Exception exception) =>
        exception is IOException || (exception is ObjectDisposedException && DisposalToken.IsCancellationRequested);

    /// <summary>Called once, before the first read.</summary>
    public void Begin(CancellationToken token)
    {
        run = token;
        // Not disposed: the source lives as long as the connection.
        reading = CancellationTokenSource.CreateLinkedTokenSource(token, DisposalToken).Token;
    }

    /// <summary>No further message is read.</summary>
    public void Stop() => stopped = true;

    /// <summary>Removes a request of ours whose sending failed: JsonRpc has no record of it.</summary>
    public void Forget(RequestId id) => asked.TryRemove(id, out _);

    protected override async ValueTask<JsonRpcMessage?> ReadCoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Received;
            while (!stopped && await frames.ReadAsync(reading) is { Kind: not FrameKind.End } frame)
            {
                if (await ReceiveAsync(frame) is { } message)
                {
                    return message;
                }
            }
            readingEnded.TrySetResult();
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            readingEnded.TrySetCanceled(run);
        }
        catch (OperationCanceledException)
        {
            readingEnded.TrySetResult();
        }
        catch (IOException exception)
        {
            LogBroken(exception);
            readingEnded.TrySetResult();
        }
        catch (Exception exception)
        {
            // A bug. RunAsync throws it; thrown here, it would end the connection before the pending answers are sent.
            readingEnded.TrySetException(exception);
        }
        // JsonRpc must not see the end before the server has sent its last answer. The token ends the wait when the connection is closed.
        await WriterClosed.WaitAsync(cancellationToken);
        return null;
    }

    /// <summary>Returns the message for JsonRpc, or null where the frame is handled here.</summary>
    private async ValueTask<JsonRpcMessage?> ReceiveAsync(Frame frame)
    {
        if (frame.Junk > 0)
        {
            LogJunk(frame.Junk);
        }
        if (frame.Kind == FrameKind.TooLong)
        {
            await RefuseAsync(
                null, RpcErrorCodes.InvalidRequest, $"A message of {frame.Length} bytes is above the limit of {FrameReader.LongestBody}.");
            return null;
        }
        var message = RpcMessage.Parse(frame.Body);
        switch (message.Kind)
        {
            case RpcMessageKind.Request:
                return ReceiveRequest(message);
            case RpcMessageKind.Notification when message.Method == CancelRequest.Method.Name:
                CancelIncoming(message.Payload);
                return null;
            case RpcMessageKind.Notification:
                return new IncomingCall(message.Method, null, message.Payload);
            case RpcMessageKind.Result or RpcMessageKind.Error:
                return ReceiveAnswer(message);
            case RpcMessageKind.NotJson:
                await RefuseAsync(null, RpcErrorCodes.ParseError, message.Problem!);
                return null;
            default:
                await RefuseAsync(message.Id, RpcErrorCodes.InvalidRequest, message.Problem!);
                return null;
        }
    }

    private IncomingCall? ReceiveRequest(RpcMessage message)
    {
        // Added in the read loop, so that a cancel in the next frame finds the request.
        if (Incoming.Add(message.Id!.Value, message.Method) is { } request)
        {
            return new IncomingCall(message.Method, request, message.Payload);
        }
        LogDuplicate(message.Id.Value, message.Method);
        return null;
    }

    private void CancelIncoming(ReadOnlyMemory<byte> json)
    {
        try
        {
            Incoming.Cancel(
                JsonSerializer.Deserialize(json.Span, RpcJson.Default.CancelParams)!.Id,
                new RpcError(RpcErrorCodes.RequestCancelled, "The client cancelled the request."));
        }
        catch (JsonException exception)
        {
            LogIgnored("$/cancelRequest", exception.Message);
        }
    }

    private IncomingAnswer? ReceiveAnswer(RpcMessage message)
    {
        if (message.Id is not { } id || !asked.TryRemove(id.ToRequestId(), out var call))
        {
            LogIgnored("an answer", $"no call of ours waits for the id {message.Id?.ToString() ?? "null"}");
            return null;
        }
        call.IsAnswered = true;
        try
        {
            // Deserialized now, since the bytes are valid until the next frame only.
            return message.Kind == RpcMessageKind.Result
                ? new IncomingAnswer(id, call.ReadResult(message.Payload.Span))
                : new IncomingAnswer(id, ReadError(message.Payload.Span));
        }
        catch (JsonException exception)
        {
            return new IncomingAnswer(
                id, new RpcError(RpcErrorCodes.InvalidParams, $"The answer to {call.Method} has the wrong shape: {exception.Message}"));
        }
    }

    /// <summary>Answers input that is not a valid request. Nothing happens where the peer is gone.</summary>
    private async Task RefuseAsync(RpcId? id, int code, string message)
    {
        try
        {
            await WriteAsync(new OutgoingError(id, new RpcError(code, message)), CancellationToken.None);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // No peer is left to read the answer.
        }
    }

    /// <summary>Sends an answer. A result that cannot be serialized becomes an error; nothing happens where the peer is gone.</summary>
    private async Task AnswerAsync(RpcRequest request, JsonRpcMessage answer)
    {
        try
        {
            await WriteAsync(answer, CancellationToken.None);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // No peer is left to read the answer.
        }
        catch (Exception exception)
        {
            // The result's own code may throw anything. No byte of it was written.
            LogNotWritten(request.Method, exception);
            await RefuseAsync(
                request.Id, RpcErrorCodes.InternalError, $"The answer to {request.Method} could not be written; the log has the details.");
        }
    }

    private static RpcError ReadError(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RpcJson.Default.RpcError)!;
        }
        catch (JsonException)
        {
            return new RpcError(RpcErrorCodes.InternalError, "The peer answered with an error that has no code and message.");
        }
    }

    /// <exception cref="IOException">The peer is gone.</exception>
    protected override void Write(JsonRpcMessage content, CancellationToken cancellationToken)
    {
        if (content is SendQueueMark)
        {
            return;
        }
        if (peerGone)
        {
            throw Gone();
        }
        base.Write(content, cancellationToken);
        // After the writing, which may throw, and before the flush, after which the answer may come.
        if (content is JsonRpcRequest { IsResponseExpected: true, Arguments: IPendingCall call } request)
        {
            asked[request.RequestId] = call;
        }
    }

    /// <summary>Takes no token: a frame is never cut short.</summary>
    protected override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (peerGone)
        {
            return;
        }
        try
        {
            peerGone = (await Writer!.FlushAsync(CancellationToken.None)).IsCompleted;
        }
        catch (IOException)
        {
            peerGone = true;
            throw;
        }
        if (peerGone)
        {
            throw Gone();
        }
    }

    /// <summary>
    /// Called when the last read has ended. The input stays open: the receiver may still read the bytes of the last message.
    /// </summary>
    protected override void DisposeReader() => readingEnded.TrySetResult();

    protected override void DisposeWriter()
    {
        try
        {
            base.DisposeWriter();
        }
        catch (IOException)
        {
            // The peer has closed its end already.
        }
        finally
        {
            writerClosed.TrySetResult();
        }
    }

    private static IOException Gone() => new("The peer has closed the connection.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Skipped {Bytes} bytes that belong to no message.")]
    private partial void LogJunk(long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The connection broke.")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The id {Id} of a second request ({Method}) is still in use: it gets no answer of its own.")]
    private partial void LogDuplicate(RpcId id, string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "The answer to {Method} could not be written.")]
    private partial void LogNotWritten(string method, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Ignored {Subject}: {Reason}")]
    private partial void LogIgnored(string subject, string reason);
}
