using Assistant.Lsp;

namespace Assistant.Handlers;

/// <summary>
/// Shows the progress of an operation in the client's bar. Reports come in order, from one thread at a time. They are not awaited: a slow
/// client must not slow down the operation.
/// </summary>
/// <param name="show">The report as a short phrase, and as a percentage where it is known.</param>
internal sealed class BarProgress<T>(WorkDoneProgress bar, Func<T, (string Message, int? Percentage)> show) : IProgress<T>
{
    public void Report(T value)
    {
        var (message, percentage) = show(value);
        _ = bar.ReportAsync(message, percentage).AsTask();
    }
}
