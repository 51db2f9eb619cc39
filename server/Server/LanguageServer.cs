using System.Collections.Concurrent;
using Assistant.Lsp;
using Assistant.Lsp.Protocol;
using Microsoft.Extensions.Logging;

namespace Assistant.Server;

/// <summary>
/// A language server over one connection: which method is handled by what, and the life from `initialize` to `exit`.
/// <para>
/// To add a method, name it in <see cref="Methods"/> and register it before <see cref="RunAsync"/>, as one of three kinds:
/// <c>OnMutation</c> changes the state: a function from state and params to the next state, in the loop, in arrival order;
/// <c>OnRequest</c> answers from the state as it was when the request came, beside the loop, and takes as long as it likes;
/// <c>OnNotification</c> acts on something outside the state, beside the loop too.
/// </para>
/// <code>
/// server.OnInitialize((state, p) => (state with { Folders = p.Folders() }, new InitializeResult(...)));
/// server.OnMutation(Methods.DidOpen, (state, p) => state with { Documents = state.Documents.Open(p) });
/// server.OnRequest(Methods.InlineCompletion, (state, p, context, token) => CompleteAsync(state, p, token), newestOf: p => p.TextDocument.Uri);
/// </code>
/// `shutdown`, `exit`, `$/cancelRequest`, `window/workDoneProgress/cancel` and `assistant/ping` are handled here.
/// A handler that throws costs its request an error; a mutation that throws is a bug in the order of edits and ends the server.
/// </summary>
#pragma warning disable CA1001 // A source without a timer or a wait handle holds nothing.
public sealed partial class LanguageServer<TState> : IRpcReceiver
#pragma warning restore CA1001
    where TState : class
{
    private static readonly RpcError Ending = new(RpcErrorCodes.ServerCancelled, "The server ends.");

    private readonly RpcConnection connection;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lifecycle lifecycle = new();
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
        Loop = new OrderedLoop<TState>(initial);
        Client = new LspClient(connection);
        requests[Methods.Shutdown.Name] = (request, _) => ShutDownAsync(request);
        OnRequest(Methods.Ping, (_, _, _, _) => Task.FromResult<NoParams?>(null));
        OnNotification(Methods.WorkDoneProgressCancel, (_, p, _) =>
        {
            Client.Progress.Cancel(p.Token);
            return Task.CompletedTask;
        });
    }

    /// <summary>For mutations that do not come from the client, as a project that was loaded.</summary>
    public OrderedLoop<TState> Loop { get; }

    public LspClient Client { get; }

    /// <summary>Told of each <see cref="ClientFault"/>, after its mutation is done and outside the loop. As: ask the client for the whole text.</summary>
    public Func<ClientFault, Task> OnClientFault { get; set; } = _ => Task.CompletedTask;

    /// <summary>
    /// The state after a mutating notification whose params could not be read (its edit is lost); the document it meant, if that can be
    /// seen, is the fault's Uri. As: mark the document out of sync.
    /// </summary>
    public Func<TState, ClientFault, TState> OnDamaged { get; set; } = (state, _) => state;

    /// <summary>Asked for the parent's life, by its id.</summary>
    internal Func<int, bool> IsAlive { get; init; } = ParentProcess.IsAlive;

    /// <summary>How long handlers may go on after `shutdown` or the end of stdin, and then once more after they were asked to end.</summary>
    internal TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Serves until `exit`, the end of stdin or of the parent, or the token; the process's exit code (LSP 3.18 "Exit Notification").</summary>
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
        // At the end of stdin (a script's last line) what was asked is still answered; whoever says `exit`, or is gone, does not listen.
        var listens = first == reading && !exited && !token.IsCancellationRequested;
        await EndReadsAsync(whole && listens ? Grace : TimeSpan.Zero);
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
            // An edit that failed in our own code: every later answer would rest on a wrong text, so the process ends.
            LogBroken(exception);
            return false;
        }
    }

    private async ValueTask ShutDownAsync(RpcRequest request)
    {
        lifecycle.ShutDown();
        await Loop.MutateAsync(state =>
        {
            // In the queue, so that every read before it has begun.
            _ = AnswerShutdownAsync(request);
            return state;
        });
    }

    private async Task AnswerShutdownAsync(RpcRequest request)
    {
        await EndReadsAsync(Grace);
        await request.RespondAsync(null, Methods.Shutdown.Result);
    }

    /// <summary>Lets handlers finish, then asks them to, then goes on without them.</summary>
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

    private async Task<bool> EndsWithinAsync(Task reads, TimeSpan time)
    {
        using var enough = new CancellationTokenSource();
        var first = await Task.WhenAny(reads, Task.Delay(time, clock, enough.Token));
        await enough.CancelAsync();
        return first == reads || reads.IsCompleted;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests did not end when they were asked to.")]
    private partial void LogStuck(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "The parent process {ProcessId} is gone.")]
    private partial void LogParentGone(int processId);
}
