using Assistant.Completion;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Patterns;
using Assistant.Server;
using Assistant.Workspace.Loading;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>What the handlers of one session work with; put together in Composition.cs.</summary>
public sealed record SessionServices(
    LanguageServer<SessionState> Server,
    InlineCompletion Completion,
    ModelServices Models,
    WorkspaceLoader Loader,
    PatternFeed PatternFeed,
    MachineFacts Machine,
    ILoggerFactory Loggers,
    TimeProvider Clock);
