using Assistant.Families;
using Assistant.Models.Catalogs;
using Assistant.Models.Scheduling;
using Assistant.Settings;

namespace Assistant.Models.Routing;

/// <summary>Asks the endpoints what they serve, lets <see cref="ModelChoice"/> choose, and says how it stands.</summary>
internal sealed class ModelRouter : IModelRouter
{
    // Below this hardly any text fits beside the answer.
    private const int LeastContext = 2_048;

    private readonly Lock gate = new();
    private readonly EndpointRegistry registry;
    private readonly FimClient client;
    private readonly HashSet<ModelEndpoint> heard = [];
    private AssistantSettings settings;
    private ModelRoute? lastRoute;
    private ModelStatus status = new(ModelState.NoEndpoint, null, null, "No model server was looked for yet.", "", null);

    public ModelRouter(EndpointRegistry registry, FimClient client, AssistantSettings settings)
    {
        (this.registry, this.client, this.settings) = (registry, client, settings);
    }

    public event Action<ModelStatus>? StatusChanged;

    public ModelStatus Status
    {
        get
        {
            lock (gate)
            {
                return status;
            }
        }
    }

    public void Use(AssistantSettings changed)
    {
        lock (gate)
        {
            settings = changed;
        }
    }

    public async Task<RouteAnswer> RouteAsync(RouteRequest request, CancellationToken token)
    {
        var settings = this.settings;
        var endpoints = settings.Endpoints.Select(Endpoint).ToArray();
        var looks = await LookAsync(endpoints, token);
        var served = looks
            .Where(place => place.Look.Catalog?.Kind is not null && place.Look.Failure is null && place.Endpoint.Pause <= TimeSpan.Zero)
            .Select(place => (place.Endpoint.Settings, place.Look.Catalog!))
            .ToArray();
        var chosen = ModelChoice.Choose(served, settings.Completion);
        if (chosen.Route is not { } route)
        {
            return new RouteAnswer(null, Publish(null, Worst(looks, chosen)), []);
        }
        var endpoint = registry.Of(route.Endpoint);
        if (route is { Kind: EndpointKind.Mlx, ModelId: MlxCatalog.DefaultModel })
        {
            try
            {
                route = await WithFamilyAsync(endpoint, route, token);
            }
            catch (ModelServerException failure)
            {
                return new RouteAnswer(null, Publish(null, StatusOf(endpoint.Settings, route.ModelId, failure)), []);
            }
        }
        return new RouteAnswer(route, Publish(route, StatusOf(route, endpoint)), []);
    }

    public async Task<IReadOnlyList<ServedModel>> ModelsAsync(CancellationToken token)
    {
        var looks = await Task.WhenAll(settings.Endpoints.Select(Endpoint).Select(async endpoint => (Endpoint: endpoint, Look: await endpoint.LookAsync(token))));
        return
        [
            .. from place in looks
               from model in place.Look.Catalog?.Models ?? []
               where !model.Embedding
               select new ServedModel(model.Id, place.Endpoint.Settings.Name, model.Family.Name, model.Loaded, model.LoadedContextTokens),
        ];
    }

    // What is known and usable is not made to wait for an endpoint that is slow to answer; that one is asked meanwhile.
    private static async Task<(ModelEndpoint Endpoint, EndpointLook Look)[]> LookAsync(ModelEndpoint[] endpoints, CancellationToken token)
    {
        var looks = endpoints.Select(endpoint => (Endpoint: endpoint, Task: endpoint.LookAsync(token))).ToArray();
        var ready = looks.Where(place => place.Task.IsCompletedSuccessfully).ToArray();
        var enough = ready.Any(place => place.Endpoint.LastLook?.Catalog?.Models.Any(model => model.Loaded) == true)
            && looks.All(place => place.Task.IsCompleted || place.Endpoint.LastLook is not null || place.Endpoint.Failure is not null);
        if (!enough)
        {
            await Task.WhenAll(looks.Select(place => place.Task));
            ready = looks;
        }
        return [.. await Task.WhenAll(ready.Select(async place => (place.Endpoint, await place.Task)))];
    }

    private async Task<ModelRoute> WithFamilyAsync(ModelEndpoint endpoint, ModelRoute route, CancellationToken token)
    {
        // Not the caller's token: the next key cancels it, and the probe is worth finishing.
        var family = await endpoint.FamilyOfAsync(route.ModelId, text => client.CountTokensAsync(route, text, CancellationToken.None), token);
        return route with { Family = family, ChatFallback = family.Fim is null };
    }

    private ModelEndpoint Endpoint(EndpointSettings settings)
    {
        var endpoint = registry.Of(settings);
        lock (gate)
        {
            if (heard.Add(endpoint))
            {
                endpoint.Changed += () => Heard(endpoint);
            }
        }
        return endpoint;
    }

    // A request succeeded or failed: the status says so at once, without asking anybody.
    private void Heard(ModelEndpoint endpoint)
    {
        ModelRoute? route;
        lock (gate)
        {
            route = lastRoute;
        }
        if (route is not null && route.Endpoint == endpoint.Settings)
        {
            Publish(route, StatusOf(route, endpoint));
        }
    }

    private static ModelStatus StatusOf(ModelRoute route, ModelEndpoint endpoint)
    {
        var first = endpoint.Gauge(route.ModelId, RequestClass.Completion).TimeToFirstTokenMs;
        if (endpoint.Failure is { } failure && Faults.StateAfter(failure.Fault) is not null)
        {
            return StatusOf(endpoint.Settings, route.ModelId, failure) with { TimeToFirstTokenMs = first };
        }
        if (route.ContextTokens < LeastContext)
        {
            return new ModelStatus(ModelState.ContextTooSmall, route.Endpoint.Name, route.ModelId,
                $"{route.ModelId} is loaded with a context of {route.ContextTokens} tokens, which is too small.",
                "Load the model with a context of 8,192 tokens.", first);
        }
        return new ModelStatus(ModelState.Up, route.Endpoint.Name, route.ModelId, $"{route.ModelId} at {route.Endpoint.Name}.",
            route.Family == ModelFamilies.Unknown ? "Name the model in the setting completion.model, so that its format for completions is known." : "",
            first);
    }

    private static ModelStatus StatusOf(EndpointSettings endpoint, string? model, ModelServerException failure) =>
        new(Faults.StateAfter(failure.Fault) ?? ModelState.Up, endpoint.Name, model, failure.Message, failure.Remedy, null);

    /// <summary>Of all that is wrong what a person can mend best: default ports where nothing ever was do not count.</summary>
    private ModelStatus Worst(IReadOnlyList<(ModelEndpoint Endpoint, EndpointLook Look)> looks, Chosen chosen)
    {
        var failing = (
            from place in looks
            let failure = place.Endpoint.Failure ?? place.Look.Failure
            where failure is not null && Faults.StateAfter(failure.Fault) is not null
            let known = !place.Endpoint.Settings.Discovered || place.Endpoint.Kind is not null
            where known || failure.Fault is ModelFault.Unauthorized or ModelFault.Loading
            select StatusOf(place.Endpoint.Settings, LastModelAt(place.Endpoint), failure)).FirstOrDefault();
        var none = new ModelStatus(chosen.State ?? ModelState.NoEndpoint, chosen.Endpoint?.Name, null, chosen.Message, chosen.Remedy, null);
        return none.State is ModelState.NoEndpoint or ModelState.NoModel && failing is not null ? failing : none;
    }

    private string? LastModelAt(ModelEndpoint endpoint)
    {
        lock (gate)
        {
            return lastRoute?.Endpoint == endpoint.Settings ? lastRoute.ModelId : null;
        }
    }

    private ModelStatus Publish(ModelRoute? route, ModelStatus now)
    {
        bool changed;
        lock (gate)
        {
            changed = status with { TimeToFirstTokenMs = null } != now with { TimeToFirstTokenMs = null };
            (status, lastRoute) = (now, route ?? lastRoute);
        }
        if (changed)
        {
            StatusChanged?.Invoke(now);
        }
        return now;
    }
}
