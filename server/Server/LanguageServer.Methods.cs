using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assistant.Lsp;
using Assistant.Lsp.Protocol;
using Microsoft.Extensions.Logging;

namespace Assistant.Server;

/// <summary>Registration, and what becomes of a message that is read.</summary>
public sealed partial class LanguageServer<TState>
{
    /// <summary>The names of all registered methods, requests and notifications.</summary>
    public IEnumerable<string> RegisteredMethods => requests.Keys.Concat(notifications.Keys);

    /// <summary>`initialize`: the first state that knows the client, and the server's capabilities.</summary>
    public void OnInitialize(Func<TState, InitializeParams, (TState State, InitializeResult Result)> handler)
    {
        Add(Methods.Initialize, (request, p) =>
        {
            lifecycle.Initialized();
            Client.Learn(p.Capabilities);
            if (p.ProcessId is { } processId)
            {
                _ = FollowParentAsync(processId);
            }
            return MutateAsync(request, p, Methods.Initialize.Result, handler);
        });
    }

    /// <summary>A notification that changes the state.</summary>
    public void OnMutation<TParams>(NotificationMethod<TParams> method, Func<TState, TParams, Mutation<TState>> handler)
    {
        notifications.Add(method.Name, json =>
        {
            if (!TryRead(json, method.Params, out var p, out var problem))
            {
                var damage = new ClientFault(method.Name, problem, UriIn(json));
                return MutateAsync(state => new(OnDamaged(state, damage), damage));
            }
            return MutateAsync(state => handler(state, p));
        });
    }

    /// <summary>A request that changes the state. It may throw an <see cref="RpcException"/> to refuse; the state then stays.</summary>
    public void OnMutation<TParams, TResult>(
        RequestMethod<TParams, TResult> method,
        Func<TState, TParams, (TState State, TResult Result)> handler) =>
        Add(method, (request, p) => MutateAsync(request, p, method.Result, handler));

    /// <summary>A request that is answered from a snapshot, beside the loop.</summary>
    /// <param name="handler">
    /// Gets the state at the request's place among the edits. Throws <see cref="RpcException"/> for an error that the client should see;
    /// its token's cancellation is answered by itself.
    /// </param>
    /// <param name="newestOf">
    /// Set where only the newest request matters: requests with equal keys (as the document's URI) cancel the older one when they arrive,
    /// which is then answered with ContentModified.
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

    private async ValueTask MutateAsync(Func<TState, Mutation<TState>> mutation) =>
        await Loop.MutateAsync(state =>
        {
            var (next, fault) = mutation(state);
            if (fault is not null)
            {
                LogClientFault(fault.Method, fault.Message);
                _ = Task.Run(() => GuardAsync(fault.Method, () => OnClientFault(fault)));
            }
            return next;
        });

    private async ValueTask MutateAsync<TParams, TResult>(
        RpcRequest request,
        TParams p,
        JsonTypeInfo<TResult> type,
        Func<TState, TParams, (TState State, TResult Result)> handler) =>
        await Loop.MutateAsync(state =>
        {
            try
            {
                var (next, result) = handler(state, p);
                _ = request.RespondAsync(result, type);
                return next;
            }
            catch (RpcException refusal)
            {
                _ = request.FailAsync(refusal.Error);
                return state;
            }
        });

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
            // A bug in one feature costs its request the answer, and nobody else anything.
            LogHandlerFailed(request.Method, exception);
            await request.FailAsync(new RpcError(RpcErrorCodes.InternalError, $"{request.Method} failed ({exception.GetType().Name}); the log has the details."));
        }
    }

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
            // As in AnswerAsync; nobody waits for this one.
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

    /// <summary>The document that damaged params speak of.</summary>
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
            // Half a surrogate pair: no document has such a name.
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Ignored {Method}: {Reason}.")]
    private partial void LogIgnored(string method, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client's {Method} does not fit: {Problem}")]
    private partial void LogClientFault(string method, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")]
    private partial void LogHandlerFailed(string method, Exception exception);
}
