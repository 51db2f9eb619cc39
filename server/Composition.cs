using Assistant.Basics;
using Assistant.Cli;
using Assistant.Completion;
using Assistant.Handlers;
using Assistant.Lsp.JsonRpc;
using Assistant.ModelServers.Discovery;
using Assistant.Models;
using Assistant.Patterns;
using Assistant.Server;
using Assistant.Settings;
using Assistant.Usage.Records;
using Assistant.Workspace.Loading;
using Microsoft.Extensions.Logging;

namespace Assistant;

/// <summary>Builds the object graph of a language server session and of a terminal command. No other place does.</summary>
internal sealed class Composition(Surroundings surroundings) : ICommandHost
{
    private readonly MachineFacts machine = MachineFacts.Read(surroundings.Variables);

    public TextWriter Output => surroundings.Output;

    public TextWriter Error => surroundings.Error;

    public string CurrentDirectory => surroundings.CurrentDirectory;

    public async Task<int> ServeLspAsync(GlobalOptions options, CancellationToken token)
    {
        var (input, output) = StandardPipes.Open();
        using var loggers = new LineLogger(surroundings.Error, options.LogLevel, surroundings.Clock);
        return await ServeAsync(
            new RpcConnection(input, output, loggers.CreateLogger<RpcConnection>()), SourcesOf(options, workspace: null), loggers, token);
    }

    /// <summary>Runs a language server over any connection; tests use one in memory.</summary>
    internal async Task<int> ServeAsync(RpcConnection connection, SettingsSources sources, ILoggerFactory loggers, CancellationToken token)
    {
        var clock = surroundings.Clock;
        var initial = SessionState.Start(sources);
        await using var shared = Share(initial.Settings, loggers);
        var server = new LanguageServer<SessionState>(initial, connection, clock, loggers.CreateLogger<LanguageServer<SessionState>>());
        shared.Records.Trouble += message => _ = server.Client.ShowMessageAsync(Lsp.Protocol.MessageType.Warning, message).AsTask();
        var services = new SessionServices(
            server,
            shared.Completion,
            shared.Models,
            shared.Records,
            shared.Loader,
            shared.PatternFeed,
            machine,
            loggers,
            clock);
        await using var loading = Session.Register(services);
        return await server.RunAsync(token);
    }

    public async Task<int> WithServicesAsync(
        GlobalOptions options, string workspace, Func<CommandServices, CancellationToken, Task<int>> command, CancellationToken token)
    {
        var clock = surroundings.Clock;
        using var loggers = new LineLogger(surroundings.Error, options.LogLevel, clock);
        var (settings, warnings) = SourcesOf(options, workspace).Resolve();
        foreach (var warning in warnings)
        {
            await surroundings.Error.WriteLineAsync(warning);
        }
        await using var shared = Share(settings, loggers);
        shared.Records.Trouble += surroundings.Error.WriteLine;
        var services = new CommandServices(
            settings,
            warnings,
            shared.Models,
            machine,
            shared.Completion,
            shared.Loader,
            shared.PatternFeed,
            surroundings.Output,
            surroundings.Error,
            surroundings.CurrentDirectory,
            clock);
        return await command(services, token);
    }

    /// <summary>The objects that a session and a command have in common.</summary>
    private SharedServices Share(AssistantSettings settings, ILoggerFactory loggers)
    {
        var clock = surroundings.Clock;
        var records = new RequestRecords(
            settings, RecordFolder.Default(surroundings.Variables), clock, loggers.CreateLogger<RequestRecords>());
        var models = new ModelServices(
            settings, clock, loggers.CreateLogger<ModelServices>(), audit: records, records, HostEnvironment.Of(machine));
        var patterns = new PatternIndex();
        var completion = new InlineCompletion(
            models.Router,
            models.Fim,
            models.Scheduler,
            patterns,
            new NoVerifier(),
            clock,
            loggers.CreateLogger<InlineCompletion>(),
            models.Records);
        return new SharedServices(
            records,
            models,
            completion,
            new WorkspaceLoader(LoaderOptions.Default, clock, loggers.CreateLogger<WorkspaceLoader>()),
            new PatternFeed(patterns, loggers.CreateLogger<PatternFeed>()));
    }

    private SettingsSources SourcesOf(GlobalOptions options, string? workspace)
    {
        var userFile = options.SettingsFile ?? SettingsFiles.UserFile(surroundings.Variables);
        return new SettingsSources(
            surroundings.Variables,
            SettingsFiles.Read(userFile, SettingsOrigin.UserFile(userFile)),
            workspace is null ? null : SettingsFiles.ReadWorkspace(workspace),
            Client: null,
            options.Settings,
            userFile);
    }

    private sealed record SharedServices(
        RequestRecords Records, ModelServices Models, InlineCompletion Completion, WorkspaceLoader Loader, PatternFeed PatternFeed)
        : IAsyncDisposable
    {
        // The reverse order of creation: the records outlive their writers.
        public async ValueTask DisposeAsync()
        {
            await PatternFeed.DisposeAsync();
            Models.Dispose();
            await Records.DisposeAsync();
        }
    }
}
