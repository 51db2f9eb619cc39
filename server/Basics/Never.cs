using Microsoft.Extensions.Logging;

namespace Assistant.Basics;

/// <summary>Reports a state that the code excludes: it is logged with its stack trace, and the caller continues.</summary>
public static partial class Never
{
    [LoggerMessage(Level = LogLevel.Error, Message = "This cannot happen: {What}")]
    public static partial void Happens(ILogger logger, string what, Exception? exception = null);
}
