using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;

namespace Assistant.ModelManagement;

/// <summary>
/// Lists the models of all endpoints, and loads, unloads and downloads them at the user's command. Listing loads nothing.
/// </summary>
public sealed class ModelManagementService
{
    private readonly EndpointRegistry registry;
    private readonly TimeProvider clock;
    private volatile AssistantSettings settings;

    internal ModelManagementService(EndpointRegistry registry, AssistantSettings settings, TimeProvider clock) =>
        (this.registry, this.settings, this.clock) = (registry, settings, clock);

    /// <summary>Every model, embedding models included, and the failure of each endpoint that did not answer.</summary>
    public async Task<IReadOnlyList<ManagedEndpoint>> ListAsync(CancellationToken token) =>
        await Task.WhenAll(settings.Endpoints.Select(async one =>
    {
        var endpoint = registry.Of(one);
        var info = await endpoint.GetInfoAsync(token);
        var catalog = info.Catalog;
        return new ManagedEndpoint(
            one,
            catalog?.Kind,
            [.. (catalog?.Models ?? []).Select(model => new ManagedModel(
                model.Id, model.Family.Name, model.Type, model.State, model.LoadedContextTokens, model.MaxContextTokens,
                model.Quantization, model.Abilities, model.Slots, CanBeMoved(catalog!)))],
            info.Failure);
    }));

    /// <summary>Loads a model at the user's command; the other models stay loaded if the server has room.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="model">An id or key from the endpoint's list.</param>
    /// <param name="contextTokens">The context in tokens; null: the server's own choice, which is often small.</param>
    /// <returns>The id for later requests to the model.</returns>
    /// <exception cref="ModelServerException">The load failed; quotes the server.</exception>
    public Task<string> LoadAsync(string endpoint, string model, int? contextTokens, CancellationToken token) =>
        AtAsync(endpoint, async (server, catalog) => await server.LoadAsync(Find(endpoint, catalog, model), contextTokens, token), token);

    /// <exception cref="ModelServerException">The unload failed; quotes the server.</exception>
    public Task UnloadAsync(string endpoint, string model, CancellationToken token) =>
        AtAsync(endpoint, async (server, catalog) =>
        {
            var found = Find(endpoint, catalog, model);
            await server.UnloadAsync(found, token);
            return found.Id;
        }, token);

    /// <param name="model">The model's name in the server's own catalog of downloads.</param>
    /// <exception cref="ModelServerException">The download failed; quotes the server.</exception>
    public Task DownloadAsync(
        string endpoint, string model, string? quantization, IProgress<ManagementProgress> progress, CancellationToken token) =>
        AtAsync(endpoint, async (server, _) =>
        {
            await server.DownloadAsync(model, quantization, progress, token);
            return model;
        }, token);

    /// <summary>
    /// The default model of <see cref="SetUpAsync"/>: good at C# and small enough for most machines.
    /// </summary>
    public const string DefaultModel = "qwen2.5-coder-7b-instruct";

    /// <summary>Starts LM Studio's server on this machine, downloads a model and loads it, all with LM Studio's <c>lms</c>.</summary>
    /// <param name="model">The model's name in LM Studio's catalog; null: <see cref="DefaultModel"/>.</param>
    /// <param name="lms">The full path of <c>lms</c>; null if it is not installed.</param>
    /// <returns>The id of the loaded model.</returns>
    /// <exception cref="ModelServerException">A step failed, or LM Studio is not installed.</exception>
    public async Task<string> SetUpAsync(string? model, string? lms, IProgress<ManagementProgress> progress, CancellationToken token)
    {
        if (lms is null)
        {
            throw new ModelServerException(
                ModelFault.Refused, "LM Studio was not found on this machine: there is no lms on PATH or in ~/.lmstudio/bin.",
                "Install LM Studio from https://lmstudio.ai and start it once, or start any other model server.");
        }
        // The configured port of LM Studio, else its default.
        var port = settings.Endpoints.FirstOrDefault(
            endpoint => endpoint is { Kind: EndpointKind.LmStudio, BaseUrl.IsLoopback: true })?.BaseUrl.Port ?? 1234;
        try
        {
            return await new LmStudioSetUp((arguments, onLine, cancel) => LmsProgram.RunAsync(lms, arguments, onLine, cancel))
                .RunAsync(model is { Length: > 0 } ? model : DefaultModel, port, progress, token);
        }
        finally
        {
            Invalidate();
        }
    }

    internal void Use(AssistantSettings changed) => settings = changed;

    /// <summary>Discards the cached answers of all endpoints, after a change from outside.</summary>
    internal void Invalidate()
    {
        foreach (var endpoint in settings.Endpoints)
        {
            registry.Of(endpoint).Invalidate();
        }
    }

    private async Task<string> AtAsync(string name, Func<IServerManagement, Catalog, Task<string>> act, CancellationToken token)
    {
        var one = settings.Endpoints.FirstOrDefault(endpoint => endpoint.Name == name)
            ?? throw new ModelServerException(ModelFault.Refused, $"There is no endpoint called {name}.",
                $"Name one of {string.Join(", ", settings.Endpoints.Select(endpoint => endpoint.Name))}.");
        var endpoint = registry.Of(one);
        endpoint.Invalidate();
        var info = await endpoint.GetInfoAsync(token);
        if (info.Catalog is not { Kind: { } kind } catalog)
        {
            throw info.Failure ?? ModelServerErrors.UnexpectedServer(one, "no model server");
        }
        try
        {
            return await act(Of(one, kind, catalog, endpoint.Questions), catalog);
        }
        finally
        {
            endpoint.Invalidate();
        }
    }

    private IServerManagement Of(EndpointSettings endpoint, EndpointKind kind, Catalog catalog, ServerQuestions questions) =>
        !CanBeMoved(catalog) ? new UnmanagedServer(endpoint, kind)
        : kind == EndpointKind.LmStudio ? new LmStudioManagement(endpoint, questions, clock)
        : kind == EndpointKind.Ollama ? new OllamaManagement(endpoint, questions)
        : new LlamaRouterManagement(endpoint, questions, clock);

    private static bool CanBeMoved(Catalog catalog) =>
        catalog.Kind is EndpointKind.LmStudio or EndpointKind.Ollama || catalog is { Kind: EndpointKind.LlamaCpp, Routes: true };

    private static CatalogModel Find(string endpoint, Catalog catalog, string model) =>
        catalog.Models.FirstOrDefault(one => one.Id == model)
        ?? catalog.Models.FirstOrDefault(one => one.Key == model)
        ?? throw new ModelServerException(ModelFault.ModelNotFound, $"{endpoint} has no model {model}.",
            catalog.Models.Count == 0
                ? "Download one first."
                : $"Choose one that it has: {string.Join(", ", catalog.Models.Take(5).Select(one => one.Id))}.");
}

/// <summary>An endpoint and its models.</summary>
/// <param name="Kind">Null if the reply is from no model server known here.</param>
/// <param name="Failure">The failure to list the models; null on success.</param>
public sealed record ManagedEndpoint(
    EndpointSettings Endpoint, EndpointKind? Kind, IReadOnlyList<ManagedModel> Models, ModelServerException? Failure);

/// <summary>The facts of a <see cref="CatalogModel"/> for users.</summary>
/// <param name="CanBeMoved">The server has commands that load and unload it.</param>
public sealed record ManagedModel(
    string Id,
    string Family,
    ModelType Type,
    LoadState State,
    int? LoadedContextTokens,
    int? MaxContextTokens,
    string? Quantization,
    Families.ModelAbilities Abilities,
    int? Slots,
    bool CanBeMoved);
