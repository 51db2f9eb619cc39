namespace Assistant.Handlers;

/// <summary>Registers every handler of a session; the list of what the server speaks.</summary>
internal static class Session
{
    /// <returns>What runs beside the server, to be ended after it.</returns>
    public static IAsyncDisposable Register(SessionServices services)
    {
        var status = new StatusReporter(services);
        var loading = new WorkspaceLoading(services);
        var configuration = new Configuration(services);
        Lifecycle.Register(services, configuration, loading, status);
        configuration.Register();
        new Secrets(services).Register();
        TextSync.Register(services);
        OpenDocuments.Register(services);
        WorkspaceEvents.Register(services, configuration, loading);
        new InlineCompletionHandler(services, status).Register();
        new AssistantRequests(services, loading).Register();
        new ModelRequests(services).Register();
        status.Register();
        loading.Start();
        return new Parts(configuration, loading);
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
