using System.Threading.Channels;
using Assistant.Lsp;
using Assistant.Workspace.Status;

namespace Assistant.Handlers;

/// <summary>
/// Shows the progress of loads as work-done progress: a bar from a load's first report to its end. Reports come from any thread and are not
/// awaited: a slow client must not slow down loading.
/// </summary>
internal sealed class LoadingBar : IProgress<LoadProgress>
{
    private readonly Channel<LoadProgress> reports = Channel.CreateBounded<LoadProgress>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly LspClient client;
    private readonly Action cancelled;

    /// <param name="cancelled">Called when the user presses the bar's button.</param>
    public LoadingBar(LspClient client, Action cancelled)
    {
        this.client = client;
        this.cancelled = cancelled;
        _ = Task.Run(ShowAsync);
    }

    public void Report(LoadProgress value) => reports.Writer.TryWrite(value);

    private async Task ShowAsync()
    {
        WorkDoneProgress? bar = null;
        await foreach (var report in reports.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (report == LoadProgress.End)
            {
                if (bar is not null)
                {
                    await bar.EndAsync();
                    bar = null;
                }
                continue;
            }
            if (bar is null)
            {
                bar = await client.BeginProgressAsync("Assistant", cancellable: true, CancellationToken.None);
                bar.Cancelled.Register(cancelled);
            }
            await bar.ReportAsync(report.Message, report.Total > 0 ? 100 * report.Done / report.Total : null);
        }
    }
}
