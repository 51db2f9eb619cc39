using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;
using Microsoft.Extensions.Logging;

namespace Assistant.Server;

/// <summary>Registration of handlers, and the dispatch of messages to them.</summary>
public sealed partial class LanguageServer<TState>
{
    /// <summary>The names of all registered methods, requests and notifications.</summary>
    public IEnumerable<string> RegisteredMethods => requests.Keys.Concat(notifications.Keys);

    /// <summary>`initialize`: the first state that knows the client.</summary>
    /// <param name="result">The answer: the server's capabilities.</param>
    /// <param name="read">Reads a value from outside that the mutation needs, such as a file; runs before it, outside the loop.</param>
    public void OnInitialize<TRead>(
        InitializeResult result, Func<TState, InitializeParams, TRead> read, Func<TState, InitializeParams, TRead, TState> mutation)
    {
        Add(Methods.Initialize, async (request, p) =>
        {
            lifecycle.Initialized();
            Client.Learn(p.Capabilities);
            if (await ReadAheadAsync(Methods.Initialize.Name, p, read) is not { } known)
            {
                await request.FailAsync(Failed("initialize failed"));
                return;
            }
            await Loop.MutateAsync(state => mutation(state, p, known.Value));
            // If the mutation failed, the end of the server answers the request.
            if (await Loop.SnapshotAsync() is not null)
            {
                await request.RespondAsync(result, Methods.Initialize.Result);
            }
            // Last, because a parent that is gone ends the server at once.
            if (p.ProcessId is { } processId)
            {
                _ = FollowParentAsync(processId);
            }
        });
    }

    /// <summary>The same where nothing is read from outside.</summary>
    public void OnInitialize(InitializeResult result, Func<TState, InitializeParams, TState> mutation) =>
        OnInitialize(result, (_, _) => false, (state, p, _) => mutation(state, p));

    /// <summary>A notification that changes the state.</summary>
    /// <param name="mutation">Pure: it runs in the loop.</param>
    public void OnMutation<TParams>(NotificationMethod<TParams> method, Func<TState, TParams, Mutation<TState>> mutation) =>
        AddMutation(method, async p => await Loop.MutateAsync(state => mutation(state, p)));

    /// <summary>A notification that changes the state by a value from outside. Later messages wait until the value is read.</summary>
    /// <param name="read">
    /// Reads the value, such as a file; gets the state at the message's place and runs outside the loop. If it throws, the message is lost.
    /// </param>
    /// <param name="mutation">Pure: it runs in the loop.</param>
    public void OnMutation<TParams, TRead>(
        NotificationMethod<TParams> method,
        Func<TState, TParams, TRead> read,
        Func<TState, TParams, TRead, Mutation<TState>> mutation) =>
        AddMutation(method, async p =>
        {
            if (await ReadAheadAsync(method.Name, p, read) is { } known)
            {
                await Loop.MutateAsync(state => mutation(state, p, known.Value));
            }
        });

    /// <summary>A request that is answered from a snapshot, beside the loop.</summary>
    /// <param name="handler">
    /// Gets the state at the request's place among the edits. It throws <see cref="RpcException"/> for an error that the client should see.
    /// The server answers a request whose token was cancelled.
    /// </param>
    /// <param name="newestOf">
    /// Set where only the newest request matters: a request cancels an older one with an equal key (such as the document's URI) when it
    /// arrives. The older request is then answered with ContentModified.
    /// </param>
    public void OnRequest<TParams, TResult>(
        RequestMethod<TParams, TResult> method,
        Func<TState, TParams, RequestContext, CancellationToken, Task<TResult>> handler,
        Func<TParams, string>? newestOf = null) =>
        Add(method, async (request, p) =>
        {
            var context = new RequestContext(request.Id, Client, clock.GetTimestamp());
            var key = newestOf is null ? default : Supersede(request, newestOf(p));
            await Loop.ReadAsync(async state =>
            {
                await AnswerAsync(request, method.Result, () => handler(state, p, context, request.Token));
                newest.TryRemove(new(key, request));
            });
        });

    /// <summary>A notification that acts on something outside the state. The token ends with the server.</summary>
    public void OnNotification<TParams>(NotificationMethod<TParams> method, Func<TState, TParams, CancellationToken, Task> handler)
    {
        notifications.Add(method.Name, async json =>
        {
            if (!TryRead(json, method.Params, out var p, out var problem))
            {
                LogIgnored(method.Name, problem);
                return;
            }
            await Loop.ReadAsync(state => GuardAsync(method.Name, () => handler(state, p, ending.Token)));
        });
    }

    ValueTask IRpcReceiver.OnRequestAsync(RpcRequest request, ReadOnlyMemory<byte> json) =>
        lifecycle.Refuse(request.Method) is { } error ? new(request.FailAsync(error))
        : requests.TryGetValue(request.Method, out var receive) ? receive(request, json)
        : new(request.FailAsync(new RpcError(RpcErrorCodes.MethodNotFound, $"The server does not know the request {request.Method}.")));

    ValueTask IRpcReceiver.OnNotificationAsync(string method, ReadOnlyMemory<byte> json)
    {
        if (method == Methods.Exit.Name)
        {
            exited = true;
            connection.Stop();
        }
        else if (!lifecycle.TakesNotifications)
        {
            LogIgnored(method, "it came before initialize or after shutdown");
        }
        else if (notifications.TryGetValue(method, out var receive))
        {
            return receive(json);
        }
        else if (!method.StartsWith("$/", StringComparison.Ordinal))
        {
            LogIgnored(method, "the server does not know it");
        }
        return ValueTask.CompletedTask;
    }

    private void Add<TParams, TResult>(RequestMethod<TParams, TResult> method, Func<RpcRequest, TParams, ValueTask> receive) =>
        requests.Add(method.Name, (request, json) => TryRead(json, method.Params, out var p, out var problem)
            ? receive(request, p)
            : new(request.FailAsync(new RpcError(RpcErrorCodes.InvalidParams, $"The params of {method.Name} do not fit: {problem}"))));

    private void AddMutation<TParams>(NotificationMethod<TParams> method, Func<TParams, ValueTask> queue) =>
        notifications.Add(method.Name, async json =>
        {
            if (TryRead(json, method.Params, out var p, out var problem))
            {
                await queue(p);
                return;
            }
            var damage = new ClientFault(method.Name, problem, UriIn(json));
            await Loop.MutateAsync(state => new(OnDamaged(state, damage), damage));
        });

    /// <summary>Called in the read loop: the messages behind this one are read when the value is.</summary>
    /// <returns>Null where the server ends, or the read failed.</returns>
    private async ValueTask<Known<TRead>?> ReadAheadAsync<TParams, TRead>(string method, TParams p, Func<TState, TParams, TRead> read)
    {
        if (await Loop.SnapshotAsync() is not { } state)
        {
            return null;
        }
        try
        {
            return new Known<TRead>(read(state, p));
        }
        catch (Exception exception)
        {
            LogHandlerFailed(method, exception);
            return null;
        }
    }

    private (string Method, string Key) Supersede(RpcRequest request, string of)
    {
        var key = (request.Method, of);
        if (newest.TryGetValue(key, out var older))
        {
            older.Cancel(new RpcError(RpcErrorCodes.ContentModified, $"A newer {request.Method} took its place."));
        }
        newest[key] = request;
        return key;
    }

    private async Task AnswerAsync<TResult>(RpcRequest request, JsonTypeInfo<TResult> type, Func<Task<TResult>> handler)
    {
        try
        {
            request.Token.ThrowIfCancellationRequested();
            await request.RespondAsync(await handler(), type);
        }
        catch (OperationCanceledException) when (request.Token.IsCancellationRequested)
        {
            await request.FailAsync(request.CancelReason);
        }
        catch (RpcException exception)
        {
            await request.FailAsync(exception.Error);
        }
        catch (Exception exception)
        {
            // A bug in one feature costs its request the answer, and no other request anything.
            LogHandlerFailed(request.Method, exception);
            await request.FailAsync(Failed($"{request.Method} failed ({exception.GetType().Name})"));
        }
    }

    private static RpcError Failed(string sentence) => new(RpcErrorCodes.InternalError, $"{sentence}; the log has the details.");

    private async Task GuardAsync(string method, Func<Task> handler)
    {
        try
        {
            await handler();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The server ends.
        }
        catch (Exception exception)
        {
            // As in AnswerAsync, without an answer.
            LogHandlerFailed(method, exception);
        }
    }

    private static bool TryRead<TParams>(ReadOnlyMemory<byte> json, JsonTypeInfo<TParams> type, out TParams value, out string problem)
    {
        try
        {
            value = JsonSerializer.Deserialize(json.Span, type)!;
            problem = "";
            return true;
        }
        catch (JsonException exception)
        {
            value = default!;
            problem = exception.Message;
            return false;
        }
    }

    /// <summary>The URI of the document in damaged params; null where they hold none.</summary>
    private static string? UriIn(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        try
        {
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("textDocument", out var identifier) && identifier.ValueKind == JsonValueKind.Object
                && identifier.TryGetProperty("uri", out var uri) && uri.ValueKind == JsonValueKind.String
                ? uri.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            // The URI holds half a surrogate pair: no document has such a name.
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Ignored {Method}: {Reason}.")]
    private partial void LogIgnored(string method, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")]
    private partial void LogHandlerFailed(string method, Exception exception);

    /// <summary>A value that was read from outside.</summary>
    private sealed record Known<TRead>(TRead Value);
}
