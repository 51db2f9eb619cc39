using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;

namespace Assistant.Lsp;

/// <summary>
/// The client as the server sees it: its capabilities, and the calls to it. A call that the client is not capable of does the next best
/// thing (usually nothing), so that callers need not check first.
/// </summary>
public sealed class LspClient(RpcConnection connection)
{
    private static readonly MessageActionItem[] NoActions = [];

    private ClientCapabilities capabilities = new();
    private long lastRegistration;

    /// <summary>As `initialize` gave them; empty before it.</summary>
    public ClientCapabilities Capabilities => Volatile.Read(ref capabilities);

    internal ProgressTable Progress { get; } = new();

    /// <summary>Sends any notification.</summary>
    public ValueTask NotifyAsync<TParams>(NotificationMethod<TParams> method, TParams parameters) =>
        connection.NotifyAsync(method, parameters);

    /// <summary>Sends any request.</summary>
    /// <exception cref="RpcException">The client answered with an error, or is gone.</exception>
    public Task<TResult?> RequestAsync<TParams, TResult>(
        RequestMethod<TParams, TResult> method, TParams parameters, CancellationToken token) =>
        connection.RequestAsync(method, parameters, token);

    public ValueTask ShowMessageAsync(MessageType type, string message) => NotifyAsync(Methods.ShowMessage, new(type, message));

    public ValueTask LogMessageAsync(MessageType type, string message) => NotifyAsync(Methods.LogMessage, new(type, message));

    /// <summary>Shows a message with buttons and returns the title of the pressed one, or null. The wait has no limit.</summary>
    public async Task<string?> AskAsync(MessageType type, string message, IReadOnlyList<string> buttons, CancellationToken token)
    {
        var actions = buttons.Count == 0 ? NoActions : [.. buttons.Select(title => new MessageActionItem(title))];
        return (await RequestAsync(Methods.ShowMessageRequest, new(type, message, actions), token))?.Title;
    }

    /// <summary>The client's settings under a section such as <c>assistant</c>; null where it has none or lacks the capability.</summary>
    public async Task<JsonElement?> ConfigurationAsync(string section, CancellationToken token)
    {
        if (Capabilities.Workspace?.Configuration != true)
        {
            return null;
        }
        var values = await RequestAsync(Methods.Configuration, new([new ConfigurationItem(section)]), token);
        return values is [{ ValueKind: not JsonValueKind.Null } value, ..] ? value : null;
    }

    /// <summary>Registers a capability after `initialize`. The caller has checked that the client registers this one dynamically.</summary>
    /// <returns>The id to unregister it by.</returns>
    public async Task<string> RegisterAsync<TOptions>(string method, TOptions options, JsonTypeInfo<TOptions> type, CancellationToken token)
    {
        var id = $"{method}-{Interlocked.Increment(ref lastRegistration)}";
        var registration = new Registration(id, method, JsonSerializer.SerializeToElement(options, type));
        await RequestAsync(Methods.RegisterCapability, new([registration]), token);
        return id;
    }

    /// <summary>
    /// Registers `workspace/didChangeWatchedFiles` for globs such as <c>**/*.cs</c>. False where the client does not register it
    /// dynamically.
    /// </summary>
    public async Task<bool> WatchFilesAsync(IReadOnlyList<string> globs, CancellationToken token)
    {
        if (Capabilities.Workspace?.DidChangeWatchedFiles?.DynamicRegistration != true)
        {
            return false;
        }
        await RegisterAsync(
            Methods.DidChangeWatchedFiles.Name,
            new DidChangeWatchedFilesRegistrationOptions([.. globs.Select(glob => new FileWatcher(glob))]),
            LspJson.Default.DidChangeWatchedFilesRegistrationOptions,
            token);
        return true;
    }

    /// <summary>Begins a progress of the server's own. Without the client's capability it sends nothing.</summary>
    public async Task<WorkDoneProgress> BeginProgressAsync(string title, bool cancellable, CancellationToken token)
    {
        if (Capabilities.Window?.WorkDoneProgress != true)
        {
            return new WorkDoneProgress(this, null);
        }
        var id = Progress.NextToken();
        try
        {
            await RequestAsync(Methods.WorkDoneProgressCreate, new(id), token);
        }
        catch (RpcException)
        {
            // The client refused the progress; the work goes on without one.
            return new WorkDoneProgress(this, null);
        }
        return await BeginProgressAsync(id, title, cancellable);
    }

    /// <summary>Begins the progress of a request. Without a workDoneToken it sends nothing.</summary>
    public async ValueTask<WorkDoneProgress> BeginProgressAsync(RpcId? workDoneToken, string title, bool cancellable)
    {
        var progress = new WorkDoneProgress(this, workDoneToken);
        await progress.BeginAsync(title, cancellable);
        return progress;
    }

    /// <summary>Sends a part of a request's result ahead of the rest; nothing where the client gave no token for it.</summary>
    public ValueTask PartialResultAsync<TPart>(RpcId? partialResultToken, TPart part, JsonTypeInfo<TPart> type) =>
        partialResultToken is { } id
            ? NotifyAsync(Methods.Progress, new(id, JsonSerializer.SerializeToElement(part, type)))
            : ValueTask.CompletedTask;

    internal void Learn(ClientCapabilities? said) => Volatile.Write(ref capabilities, said ?? new());
}
