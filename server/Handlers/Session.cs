namespace Assistant.Handlers;

/// <summary>Registers the handlers and the effects of a session: the list of the messages that the server knows.</summary>
internal static class Session
{
    /// <returns>The parts that run beside the server; the caller disposes them after it.</returns>
    public static IAsyncDisposable Register(SessionServices services)
    {
        var status = new StatusReporter(services);
        var loading = new WorkspaceLoading(services);
        var settingsFiles = new SettingsFileWatch(services);
        var configuration = new ConfigurationHandler(services);
        var secrets = new Secrets(services);
        var textSync = new TextSync(services);
        InitializeHandler.Register(services, configuration, loading);
        configuration.Register();
        secrets.Register();
        textSync.Register();
        WorkspaceEvents.Register(services);
        new InlineCompletionHandler(services, status).Register();
        new AssistantRequests(services, loading).Register();
        new ModelRequests(services).Register();
        status.Register();
        services.Server.Loop.Effects = SessionEffects.List(services, textSync, configuration, settingsFiles, secrets, loading, status);
        loading.Start();
        return new Parts(settingsFiles, loading);
    }

    private sealed class Parts(params IAsyncDisposable[] parts) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var part in parts)
            {
                await part.DisposeAsync();
            }
        }
    }
}
