using Microsoft.Extensions.Logging;

namespace Assistant.Tests.Lsp;

/// <summary>Test double: stores the lines of the given level and above.</summary>
internal sealed class TestLog(LogLevel lowest = LogLevel.Warning) : ILogger
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lock (lines)
            {
                lines.Add($"{formatter(state, exception)} {exception}".TrimEnd());
            }
        }
    }
}
