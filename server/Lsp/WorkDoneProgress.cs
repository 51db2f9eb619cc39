using System.Collections.Concurrent;
using System.Text.Json;
using Assistant.Lsp.JsonRpc;
using Assistant.Lsp.Protocol;

namespace Assistant.Lsp;

/// <summary>
/// One progress bar or spinner at the client, from begin to end; disposing ends it. A report equal to the last one is not sent.
/// </summary>
public sealed class WorkDoneProgress : IAsyncDisposable
{
    private readonly LspClient client;
    private readonly RpcId? id;
    private readonly CancellationTokenSource source = new();
    private WorkDoneProgressValue? last;
    private int ended;

    internal WorkDoneProgress(LspClient client, RpcId? id)
    {
        this.client = client;
        this.id = id;
    }

    /// <summary>Cancelled when the user presses the bar's cancel button.</summary>
    public CancellationToken Cancelled => source.Token;

    /// <param name="message">The current step, as a short phrase.</param>
    /// <param name="percentage">0 to 100, never less than before; null leaves the bar as it is.</param>
    public async ValueTask ReportAsync(string message, int? percentage = null)
    {
        var value = new WorkDoneProgressValue("report", Message: message, Percentage: percentage);
        if (Volatile.Read(ref ended) == 0 && value != Interlocked.Exchange(ref last, value))
        {
            await SendAsync(value);
        }
    }

    public async ValueTask EndAsync(string? message = null)
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
        {
            if (id is { } token)
            {
                client.Progress.Remove(token);
            }
            await SendAsync(new WorkDoneProgressValue("end", Message: message));
            source.Dispose();
        }
    }

    public ValueTask DisposeAsync() => EndAsync();

    internal async ValueTask BeginAsync(string title, bool cancellable)
    {
        if (id is { } token)
        {
            client.Progress.Add(token, this);
        }
        await SendAsync(new WorkDoneProgressValue("begin", title, cancellable, Percentage: 0));
    }

    internal void Cancel()
    {
        try
        {
            _ = source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The work ended before the cancel arrived.
        }
    }

    private ValueTask SendAsync(WorkDoneProgressValue value) => id is { } token
        ? client.NotifyAsync(Methods.Progress, new(token, JsonSerializer.SerializeToElement(value, LspJson.Default.WorkDoneProgressValue)))
        : ValueTask.CompletedTask;
}

/// <summary>The running progresses, by token, so that a cancel from the client finds its work.</summary>
internal sealed class ProgressTable
{
    private readonly ConcurrentDictionary<RpcId, WorkDoneProgress> running = new();
    private long lastToken;

    public RpcId NextToken() => new($"assistant-{Interlocked.Increment(ref lastToken)}");

    public void Add(RpcId id, WorkDoneProgress progress) => running[id] = progress;

    public void Remove(RpcId id) => running.TryRemove(id, out _);

    public void Cancel(RpcId id)
    {
        if (running.TryGetValue(id, out var progress))
        {
            progress.Cancel();
        }
    }
}
