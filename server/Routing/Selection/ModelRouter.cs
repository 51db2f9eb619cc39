using Assistant.ModelServers;
using Assistant.ModelServers.Catalogs;
using Assistant.ModelServers.Discovery;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing.Scheduling;
using Assistant.Settings;
using Assistant.Usage;

namespace Assistant.Routing.Selection;

/// <summary>Asks the endpoints what they serve, lets <see cref="ModelChoice"/> choose, and says how it stands.</summary>
internal sealed class ModelRouter : IModelRouter
{
    private readonly Lock gate = new();
    private readonly StatusBoard board = new();
    private readonly EndpointRegistry registry;
    private readonly ITokenCounter counter;
    private readonly Scheduler scheduler;
    private readonly IRequestRecords records;
    private readonly HashSet<ModelEndpoint> heard = [];
    private readonly HostEnvironment? place;
    private volatile AssistantSettings settings;

    public ModelRouter(EndpointRegistry registry, ITokenCounter counter, Scheduler scheduler, IRequestRecords records, AssistantSettings settings, HostEnvironment? place = null)
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
        string[] why = [.. chosen.Why, .. infos.Where(place => served.All(other => other.Endpoint != place.Endpoint.Settings)).Select(WhyNotServed)];
        if (chosen.Usable.Count == 0)
        {
            return Answer(null, Placed(board.Worst(infos, chosen)));
        }
        ModelStatus? failed = null;
        foreach (var candidate in chosen.Usable)
        {
            var endpoint = registry.Of(candidate.Endpoint);
            try
            {
                var route = await ProvenAsync(endpoint, candidate, request.Task, token);
                foreach (var doubtful in chosen.Usable.Where(other => !other.IsSamePlace(route)))
                {
                    _ = ProveBehindAsync(doubtful, request.Task);
                }
                return Answer(route, StatusBoard.Of(route, endpoint));
            }
            catch (ModelServerException failure)
            {
                failed ??= StatusBoard.Of(endpoint.Settings, candidate.ModelId, failure);
            }
        }
        return Answer(null, failed!);

        // The status bar tells of completions, and not of settings that are others by now.
        RouteAnswer Answer(ModelRoute? route, ModelStatus status) => new(
            route,
            request is { Task: ModelTask.Completion, Except: null } ? board.Publish(route, status, isStale: () => !ReferenceEquals(settings, this.settings)) : status,
            why);
    }

    // What is known and usable is not made to wait for an endpoint that is slow to answer; that one is asked meanwhile.
    private static async Task<(ModelEndpoint Endpoint, EndpointInfo Info)[]> GetInfosAsync(ModelEndpoint[] endpoints, CancellationToken token)
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

    // Where nothing is on loopback although something may well run: the way there is the remedy.
    private ModelStatus Placed(ModelStatus status) => status.State == ModelState.NoEndpoint && place is { Remedy.Length: > 0 }
        ? status with { Message = $"{status.Message} {place.Description}", Remedy = place.Remedy }
        : status;

    private static string WhyNotServed((ModelEndpoint Endpoint, EndpointInfo Info) place) =>
        $"-  {place.Endpoint.Settings.Name}: {(place.Endpoint.Failure ?? place.Info.Failure)?.Message ?? "failed a moment ago and is asked again soon"}";

    /// <summary>A model is asked for one token where its server does not name it, or where it failed in a way that leaves in doubt whether it generates.</summary>
    private async Task<ModelRoute> ProvenAsync(ModelEndpoint endpoint, ModelRoute route, ModelTask task, CancellationToken token)
    {
        if (task != ModelTask.Completion || route is not { Kind: EndpointKind.Mlx, ModelId: MlxCatalog.DefaultModel })
        {
            if (CanBeProven(endpoint, route, task))
            {
                await endpoint.Liveness.ProbeAsync(text => counter.CountTokensAsync(route, text, CancellationToken.None), token);
            }
            return route;
        }
        // Not the caller's token: the next key cancels it, and the probe is worth finishing.
        var family = await endpoint.Liveness.FamilyAsync(route.ModelId, endpoint.Families, text => counter.CountTokensAsync(route, text, CancellationToken.None), token);
        return route with { Family = family, ChatFallback = family.Fim is null };
    }

    /// <summary>Others answer meanwhile; whether this one does again is found out for the next request.</summary>
    private async Task ProveBehindAsync(ModelRoute route, ModelTask task)
    {
        try
        {
            var endpoint = registry.Of(route.Endpoint);
            if (CanBeProven(endpoint, route, task))
            {
                await endpoint.Liveness.ProbeAsync(text => counter.CountTokensAsync(route, text, CancellationToken.None), CancellationToken.None);
            }
        }
        catch (ModelServerException)
        {
            // It stands in the endpoint's failure.
        }
    }

    // A cloud has no wedge that a token would find; what is not loaded would be loaded by it.
    private static bool CanBeProven(ModelEndpoint endpoint, ModelRoute route, ModelTask task) =>
        endpoint.InDoubt && task != ModelTask.Embed && route is { Loads: false, Kind: not EndpointKind.OpenAi };

    private ModelEndpoint Endpoint(EndpointSettings settings)
    {
        var endpoint = registry.Of(settings);
        lock (gate)
        {
            if (heard.Add(endpoint))
            {
                endpoint.Changed += () => board.Heard(endpoint);
            }
        }
        return endpoint;
    }
}
