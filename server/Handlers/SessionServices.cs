using Assistant.Completion;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Patterns;
using Assistant.Server;
using Assistant.Usage.Records;
using Assistant.Workspace.Loading;
using Microsoft.Extensions.Logging;

namespace Assistant.Handlers;

/// <summary>The parts that the handlers of one session use; Composition.cs builds them.</summary>
public sealed record SessionServices(
    LanguageServer<SessionState> Server,
    InlineCompletion Completion,
    ModelServices Models,
    RequestRecords Records,
    WorkspaceLoader Loader,
    PatternFeed PatternFeed,
    MachineFacts Machine,
    ILoggerFactory Loggers,
    TimeProvider Clock);
