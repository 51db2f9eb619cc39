using System.Collections.Concurrent;
using Assistant.Lsp;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Microsoft.Extensions.Logging;

namespace Assistant.Server;

/// <summary>
/// A language server over one connection: the handlers of its methods, and its life from `initialize` to `exit`.
/// <para>
/// To add a method, name it in <see cref="Methods"/> and register it before <see cref="RunAsync"/>, as one of three kinds:
/// <c>OnMutation</c> changes the state: a pure function from state and params to the next state, in the loop, in the order of arrival;
/// <c>OnRequest</c> answers from the state at the request's place in that order, beside the loop, and may take long;
/// <c>OnNotification</c> acts on something outside the state, beside the loop too.
/// Actions that follow from a change of the state are effects: <see cref="OrderedLoop{TState}.Effects"/>.
/// </para>
/// <code>
/// server.OnInitialize(new InitializeResult(...), (state, p) => state with { Folders = p.Folders() });
/// server.OnMutation(Methods.DidOpen, (state, p) => state with { Documents = state.Documents.Open(p) });
/// server.OnRequest(
///     Methods.InlineCompletion, (state, p, context, token) => CompleteAsync(state, p, token), newestOf: p => p.TextDocument.Uri);
/// </code>
/// `shutdown`, `exit`, `$/cancelRequest`, `window/workDoneProgress/cancel` and `assistant/ping` are handled here.
/// A handler that throws costs its request an error. A mutation that throws is a bug in the order of edits and ends the server.
/// </summary>
#pragma warning disable CA1001 // A CancellationTokenSource without a timer or a wait handle holds no resource.
public sealed partial class LanguageServer<TState> : IRpcReceiver
#pragma warning restore CA1001
    where TState : class
{
    private static readonly RpcError Ending = new(RpcErrorCodes.ServerCancelled, "The server ends.");

    private readonly RpcConnection connection;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ServerLifecycle lifecycle = new();
    private readonly Dictionary<string, Func<RpcRequest, ReadOnlyMemory<byte>, ValueTask>> requests = [];
    private readonly Dictionary<string, Func<ReadOnlyMemory<byte>, ValueTask>> notifications = [];
    private readonly ConcurrentDictionary<(string Method, string Key), RpcRequest> newest = new();
    private readonly TaskCompletionSource parentGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource ending = new();
    private bool exited;

    public LanguageServer(TState initial, RpcConnection connection, TimeProvider clock, ILogger logger)
    {
        this.connection = connection;
        this.clock = clock;
        this.logger = logger;
        Loop = new OrderedLoop<TState>(initial, logger, ending.Token);
        Client = new LspClient(connection);
        requests[Methods.Shutdown.Name] = (request, _) => ShutDownAsync(request);
        OnRequest(Methods.Ping, (_, _, _, _) => Task.FromResult<NoParams?>(null));
        OnNotification(Methods.WorkDoneProgressCancel, (_, p, _) =>
        {
            Client.Progress.Cancel(p.Token);
            return Task.CompletedTask;
        });
    }

    /// <summary>The state and its effects. Mutations that do not come from the client are queued here, such as a loaded project.</summary>
    public OrderedLoop<TState> Loop { get; }

    public LspClient Client { get; }

    /// <summary>
    /// A mutation: the state after a mutating notification whose params could not be read, so that its edit is lost. The fault's Uri is the
    /// document of the notification, where that can be read. A server marks the document as out of sync.
    /// </summary>
    public Func<TState, ClientFault, TState> OnDamaged { get; set; } = (state, _) => state;

    /// <summary>Says whether the process with this id runs.</summary>
    internal Func<int, bool> IsAlive { get; init; } = ParentProcess.IsAlive;

    /// <summary>The time for handlers to finish after `shutdown` or the end of stdin, and once more after they were cancelled.</summary>
    internal TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Serves until `exit`, the end of stdin or of the parent process, or the token.</summary>
    /// <returns>The process's exit code (LSP 3.18 "Exit Notification").</returns>
    public async Task<int> RunAsync(CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        // Cancelling alone would not end the wait: a read of stdin cannot be interrupted everywhere; it ends with the process.
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stopping = token.Register(() => stopped.TrySetResult());
        var looping = Loop.RunAsync();
        var reading = connection.RunAsync(this, stop.Token);
        var first = await Task.WhenAny(looping, reading, parentGone.Task, stopped.Task);
        await stop.CancelAsync();
        Loop.Complete();
        var whole = await EndedWellAsync(looping) && (!reading.IsCompleted || await EndedWellAsync(reading));
        // At the end of stdin (a script's last line) the requests before it are still answered; a client that sent `exit` does not listen.
        var listens = first == reading && !exited && !token.IsCancellationRequested;
        await EndReadsAsync(whole && listens ? Grace : TimeSpan.Zero);
        // The caller disposes the parts that effects use.
        await EndsWithinAsync(Loop.EffectsRan, Grace);
        await ending.CancelAsync();
        await connection.FailAllAsync(whole
            ? Ending
            : new RpcError(RpcErrorCodes.InternalError, "The server ends because of a bug; the log has the details."));
        await connection.DisposeAsync();
        return whole ? lifecycle.ExitCode : 1;
    }

    private async Task<bool> EndedWellAsync(Task task)
    {
        try
        {
            await task;
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (Exception exception)
        {
            // An edit failed in the server's own code: every later answer would be about a wrong text, so the process ends.
            LogBroken(exception);
            return false;
        }
    }

    private async ValueTask ShutDownAsync(RpcRequest request)
    {
        lifecycle.ShutDown();
        // When the loop has come to this place, every read before it has begun.
        await Loop.SnapshotAsync();
        _ = AnswerShutdownAsync(request);
    }

    private async Task AnswerShutdownAsync(RpcRequest request)
    {
        await EndReadsAsync(Grace);
        await request.RespondAsync(null, Methods.Shutdown.Result);
    }

    /// <summary>Waits for handlers, then cancels them and waits once more, then goes on without them.</summary>
    private async Task EndReadsAsync(TimeSpan grace)
    {
        var reads = Loop.WhenReadsEndedAsync();
        if (await EndsWithinAsync(reads, grace))
        {
            return;
        }
        connection.CancelAll(Ending);
        if (!await EndsWithinAsync(reads, Grace))
        {
            LogStuck(connection.InFlight);
        }
    }

    private async Task<bool> EndsWithinAsync(Task work, TimeSpan time)
    {
        using var enough = new CancellationTokenSource();
        if (work.IsCompleted)
        {
            return true;
        }
        var first = await Task.WhenAny(work, Task.Delay(time, clock, enough.Token));
        await enough.CancelAsync();
        return first == work || work.IsCompleted;
    }

    private async Task FollowParentAsync(int processId)
    {
        try
        {
            await ParentProcess.WhenGoneAsync(processId, IsAlive, clock, ending.Token);
            LogParentGone(processId);
            parentGone.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // The server ended first.
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug ends the server.")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests did not end after they were cancelled.")]
    private partial void LogStuck(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The parent process {ProcessId} is gone.")]
    private partial void LogParentGone(int processId);
}
