using Microsoft.Extensions.Logging;

namespace Assistant.Basics;

/// <summary>What cannot happen and did: it is logged with a stack, and the caller goes on.</summary>
public static partial class Never
{
    [LoggerMessage(Level = LogLevel.Error, Message = "This cannot happen: {What}")]
    public static partial void Happens(ILogger logger, string what, Exception? exception = null);
}
