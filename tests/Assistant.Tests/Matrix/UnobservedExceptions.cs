using System.Collections.Concurrent;

namespace Assistant.Tests.Matrix;

/// <summary>Unobserved exceptions of the model layer's tasks, found by a forced garbage collection.</summary>
internal sealed class UnobservedExceptions : IDisposable
{
    private static readonly string[] ModelLayer =
        [
            "Assistant.ModelServers.", "Assistant.Usage.", "Assistant.Routing.", "Assistant.Inference.", "Assistant.ModelManagement.",
            "Assistant.Models."
        ];

    private readonly ConcurrentQueue<string> seen = new();

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Note;

    public IReadOnlyList<string> Collect()
    {
        // The second collection finds the objects that a finalizer released.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return [.. seen];
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    private void Note(object? sender, UnobservedTaskExceptionEventArgs e)
    {
        // Exceptions of other tests, which run at the same time, do not count.
        var text = e.Exception.ToString();
        if (ModelLayer.Any(room => text.Contains(room, StringComparison.Ordinal)))
        {
            seen.Enqueue(text);
        }
    }
}
