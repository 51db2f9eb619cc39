using System.Text.Json.Nodes;
using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.Settings;

namespace Assistant.ModelManagement;

/// <summary>
/// llama-server as a router. It answers a load at once and loads afterwards, so the list is polled until the model is loaded.
/// </summary>
internal sealed class LlamaRouterManagement(EndpointSettings endpoint, ServerQuestions server, TimeProvider clock) : IServerManagement
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    // The list may not show a load that has only just begun.
    private const int MaxPollsWithoutLoading = 5;

    public async Task<string> LoadAsync(CatalogModel model, int? contextTokens, CancellationToken token)
    {
        if (contextTokens is not null)
        {
            throw new ModelServerException(ModelFault.Refused, $"{endpoint.Name} takes no context length with a load.",
                "Set ctx-size for the model in the router's preset file (--models-preset), and load it without a context length.");
        }
        try
        {
            await server.PostAsync("models/load", new JsonObject { ["model"] = model.Key }, CommandTimeout, token);
        }
        catch (ModelServerException failure) when (failure.Refusal?.Kind == RefusalKind.AlreadyRunning)
        {
            return model.Id;
        }
        await WaitAsync(model, token);
        return model.Id;
    }

    public async Task UnloadAsync(CatalogModel model, CancellationToken token)
    {
        try
        {
            await server.PostAsync("models/unload", new JsonObject { ["model"] = model.Key }, CommandTimeout, token);
        }
        catch (ModelServerException failure) when (failure.Refusal?.Kind == RefusalKind.NotRunning)
        {
            // The model is already unloaded.
        }
    }

    public Task DownloadAsync(string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token) =>
        throw new ModelServerException(
            ModelFault.Refused,
            $"{endpoint.Name} gets no models.",
            "Put the model's file into the router's --models-dir, or start llama-server with -hf.");

    private async Task WaitAsync(CatalogModel model, CancellationToken token)
    {
        var notLoading = 0;
        for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < endpoint.LoadTimeout;)
        {
            var list = await server.AskBaseAsync("models", token);
            var status = list.Json.Items("data").FirstOrDefault(one => one.Text("id") == model.Id).Member("status");
            switch (status?.Text("value"))
            {
                case "loaded":
                    return;
                case "loading":
                    notLoading = 0;
                    break;
                default:
                    notLoading++;
                    break;
            }
            if (notLoading >= MaxPollsWithoutLoading || status?.Truth("failed") == true)
            {
                var exit = status?.Number("exit_code") is { } code ? $" (exit code {code})" : "";
                throw ModelServerErrors.Of(endpoint, ModelFault.LoadFailed, $"{endpoint.Name} did not load {model.Id}{exit}.");
            }
            await Task.Delay(PollInterval, clock, token);
        }
        throw ModelServerErrors.Of(
            endpoint, ModelFault.LoadFailed, $"{endpoint.Name} has not loaded {model.Id} in {endpoint.LoadTimeout.TotalSeconds:0} s.");
    }
}
