namespace Assistant.Handlers;

/// <summary>Registers every handler of a session; the list of what the server speaks.</summary>
internal static class Session
{
    /// <returns>What runs beside the server, to be ended after it.</returns>
    public static IAsyncDisposable Register(SessionServices services)
    {
        var status = new StatusReporter(services);
        var loading = new WorkspaceLoading(services);
        Lifecycle.Register(services, loading, status);
        Configuration.Register(services);
        TextSync.Register(services);
        OpenDocuments.Register(services);
        WorkspaceEvents.Register(services, loading);
        new InlineCompletionHandler(services, status).Register();
        new AssistantRequests(services, loading).Register();
        status.Register();
        loading.Start();
        return loading;
    }
}
