using System.Collections.Concurrent;

namespace Assistant.Tests.Matrix;

/// <summary>What tasks of the model layer have thrown and nobody has looked at, found by a forced collection.</summary>
internal sealed class UnobservedExceptions : IDisposable
{
    private static readonly string[] ModelLayer =
        ["Assistant.ModelServers.", "Assistant.Usage.", "Assistant.Routing.", "Assistant.Inference.", "Assistant.ModelManagement.", "Assistant.Models."];

    private readonly ConcurrentQueue<string> seen = new();

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Note;

    public IReadOnlyList<string> Collect()
    {
        // Twice: what a finalizer lets go of is found by the next one.
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
        // Other tests run beside this one.
        var text = e.Exception.ToString();
        if (ModelLayer.Any(room => text.Contains(room, StringComparison.Ordinal)))
        {
            seen.Enqueue(text);
        }
    }
}
