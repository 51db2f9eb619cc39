using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Discovery;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Usage;

namespace Assistant.Routing.Selection;

/// <summary>Reads the catalogs of the endpoints, lets <see cref="ModelChoice"/> choose a model, and publishes the status.</summary>
internal sealed class ModelRouter : IModelRouter
{
    private readonly Lock gate = new();
    private readonly StatusBoard board = new();
    private readonly EndpointRegistry registry;
    private readonly ITokenCounter counter;
    private readonly Scheduler scheduler;
    private readonly IRequestRecords records;
    private readonly HashSet<ModelEndpoint> observed = [];
    private readonly HostEnvironment? place;
    private volatile AssistantSettings settings;

    public ModelRouter(
        EndpointRegistry registry,
        ITokenCounter counter,
        Scheduler scheduler,
        IRequestRecords records,
        AssistantSettings settings,
        HostEnvironment? place = null)
    {
        (this.registry, this.counter, this.scheduler, this.records, this.settings) = (registry, counter, scheduler, records, settings);
        this.place = place;
        scheduler.CompletionHeldUp += (route, by) => board.HeldUp(registry.Of(route.Endpoint), by);
    }

    public event Action<ModelStatus>? StatusChanged
    {
        add => board.Changed += value;
        remove => board.Changed -= value;
    }

    public ModelStatus Status => board.Status;

    public void Use(AssistantSettings changed) => settings = changed;

    public async Task<RouteAnswer> RouteAsync(RouteRequest request, CancellationToken token)
    {
        var settings = this.settings;
        var infos = await GetInfosAsync([.. settings.Endpoints.Select(Endpoint)], token);
        EndpointCatalog[] served =
        [
            .. from place in infos
               where place.Info.Catalog?.Kind is not null && place.Info.Failure is null && place.Endpoint.Pause <= TimeSpan.Zero
               select new EndpointCatalog(place.Endpoint.Settings, place.Info.Catalog!),
        ];
        var rules = RoutingRules.Of(settings, request.Task, records, scheduler, route => registry.Of(route.Endpoint).InDoubt);
        var chosen = ModelChoice.Choose(served, request, rules);
        string[] why =
        [
            .. chosen.Why,
            .. infos.Where(place => served.All(other => other.Endpoint != place.Endpoint.Settings)).Select(WhyNotServed),
        ];
        if (chosen.Usable.Count == 0)
        {
            return Answer(null, WithHostRemedy(board.Worst(infos, chosen)));
        }
        ModelStatus? failed = null;
        foreach (var candidate in chosen.Usable)
        {
            var endpoint = registry.Of(candidate.Endpoint);
            try
            {
                var route = await ProbedAsync(endpoint, candidate, request.Task, token);
                foreach (var doubtful in chosen.Usable.Where(other => !other.IsSamePlace(route)))
                {
                    _ = ProbeInBackgroundAsync(doubtful, request.Task);
                }
                return Answer(route, StatusBoard.Of(route, endpoint));
            }
            catch (ModelServerException failure)
            {
                failed ??= StatusBoard.Of(endpoint.Settings, candidate.ModelId, failure);
            }
        }
        return Answer(null, failed!);

        // The status bar shows completions only, and no result of settings that have changed meanwhile.
        RouteAnswer Answer(ModelRoute? route, ModelStatus status) => new(
            route,
            request is { Task: ModelTask.Completion, Except: null }
                ? board.Publish(route, status, isStale: () => !ReferenceEquals(settings, this.settings))
                : status,
            why);
    }

    // A known and usable model does not wait for an endpoint that is slow to answer; the request to that endpoint goes on meanwhile.
    private static async Task<(ModelEndpoint Endpoint, EndpointInfo Info)[]> GetInfosAsync(
        ModelEndpoint[] endpoints, CancellationToken token)
    {
        var infos = endpoints.Select(endpoint => (Endpoint: endpoint, Task: endpoint.GetInfoAsync(token))).ToArray();
        var ready = infos.Where(place => place.Task.IsCompletedSuccessfully).ToArray();
        var enough = ready.Any(place => place.Endpoint.CachedInfo?.Catalog?.Models.Any(model => model.Loaded) == true)
            && infos.All(place => place.Task.IsCompleted || place.Endpoint.CachedInfo is not null || place.Endpoint.Failure is not null);
        if (!enough)
        {
            await Task.WhenAll(infos.Select(place => place.Task));
            ready = infos;
        }
        return [.. await Task.WhenAll(ready.Select(async place => (place.Endpoint, await place.Task)))];
    }

    // In a container or another host environment a server may run where loopback does not reach: the remedy explains how to reach it.
    private ModelStatus WithHostRemedy(ModelStatus status) => status.State == ModelState.NoEndpoint && place is { Remedy.Length: > 0 }
        ? status with { Message = $"{status.Message} {place.Description}", Remedy = place.Remedy }
        : status;

    private static string WhyNotServed((ModelEndpoint Endpoint, EndpointInfo Info) place)
    {
        var failure = place.Endpoint.Failure ?? place.Info.Failure;
        return $"-  {place.Endpoint.Settings.Name}: {failure?.Message ?? "failed a moment ago and is asked again soon"}";
    }

    /// <summary>
    /// Requests one token from a model that its server does not name, to detect its family, or from one that may generate nothing after its
    /// last failure.
    /// </summary>
    private async Task<ModelRoute> ProbedAsync(ModelEndpoint endpoint, ModelRoute route, ModelTask task, CancellationToken token)
    {
        if (task != ModelTask.Completion || route is not { Kind: EndpointKind.Mlx, ModelId: MlxCatalog.DefaultModel })
        {
            if (NeedsProbe(endpoint, route, task))
            {
                await endpoint.Liveness.ProbeAsync(Count, token);
            }
            return route;
        }
        var family = await endpoint.Liveness.FamilyAsync(route.ModelId, endpoint.Families, Count, token);
        return route with { Family = family, ChatFallback = family.Fim is null };

        // Ignores the caller's token: the next key cancels it, and the probe's result is useful for later requests.
        Task<int?> Count(string text) => counter.CountTokensAsync(route, text, CancellationToken.None);
    }

    /// <summary>Probes a doubtful model for later requests, while another model answers this one.</summary>
    private async Task ProbeInBackgroundAsync(ModelRoute route, ModelTask task)
    {
        try
        {
            var endpoint = registry.Of(route.Endpoint);
            if (NeedsProbe(endpoint, route, task))
            {
                await endpoint.Liveness.ProbeAsync(
                    text => counter.CountTokensAsync(route, text, CancellationToken.None), CancellationToken.None);
            }
        }
        catch (ModelServerException)
        {
            // The endpoint has recorded the failure.
        }
    }

    // A cloud service has no generator that hangs; a probe would load a model that is not loaded.
    private static bool NeedsProbe(ModelEndpoint endpoint, ModelRoute route, ModelTask task) =>
        endpoint.InDoubt && task != ModelTask.Embed && route is { Loads: false, Kind: not EndpointKind.OpenAi };

    private ModelEndpoint Endpoint(EndpointSettings settings)
    {
        var endpoint = registry.Of(settings);
        lock (gate)
        {
            if (observed.Add(endpoint))
            {
                endpoint.Changed += () => board.Refresh(endpoint);
            }
        }
        return endpoint;
    }
}
