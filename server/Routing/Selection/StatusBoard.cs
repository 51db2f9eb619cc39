using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Settings;

namespace Assistant.Routing.Selection;

/// <summary>Holds the status of the model that completes and raises an event when it changes.</summary>
internal sealed class StatusBoard
{
    // A smaller context leaves hardly any room for text beside the answer.
    private const int MinContextTokens = 2_048;

    private readonly Lock gate = new();
    private ModelRoute? lastRoute;
    private RequestClass? busyWith;
    private ModelStatus status = new(ModelState.NoEndpoint, null, null, "No model server was looked for yet.", "", null);

    public event Action<ModelStatus>? Changed;

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

    /// <summary>Replaces the status.</summary>
    /// <param name="isStale">Called inside the lock: a stale status is not published.</param>
    public ModelStatus Publish(ModelRoute? route, ModelStatus now, Func<bool>? isStale = null)
    {
        bool changed;
        lock (gate)
        {
            if (isStale?.Invoke() == true)
            {
                return now;
            }
            if (busyWith is { } kind && now.State == ModelState.Up)
            {
                now = Busy(now, kind);
            }
            changed = status with { TimeToFirstTokenMs = null } != now with { TimeToFirstTokenMs = null };
            (status, lastRoute) = (now, route ?? lastRoute);
        }
        if (changed)
        {
            Changed?.Invoke(now);
        }
        return now;
    }

    /// <summary>Updates the status after a request's success or failure, without a request to the server.</summary>
    public void Refresh(ModelEndpoint endpoint)
    {
        ModelRoute? route;
        lock (gate)
        {
            route = lastRoute;
        }
        if (route is not null && route.Endpoint == endpoint.Settings)
        {
            Publish(route, Of(route, endpoint));
        }
    }

    /// <summary>A completion waits behind another class of requests, or waits no longer.</summary>
    public void HeldUp(ModelEndpoint endpoint, RequestClass? by)
    {
        lock (gate)
        {
            busyWith = by;
        }
        Refresh(endpoint);
    }

    public string? LastModelAt(ModelEndpoint endpoint)
    {
        lock (gate)
        {
            return lastRoute?.Endpoint == endpoint.Settings ? lastRoute.ModelId : null;
        }
    }

    public static ModelStatus Of(ModelRoute route, ModelEndpoint endpoint)
    {
        var first = endpoint.LatencyOf(route.ModelId, RequestClass.Completion).TimeToFirstTokenMs;
        if (endpoint.Failure is { } failure && ModelStateMapping.StateAfter(failure.Fault) is not null)
        {
            return Of(endpoint.Settings, route.ModelId, failure) with { TimeToFirstTokenMs = first };
        }
        if (endpoint.Silence is { } silence)
        {
            return new ModelStatus(ModelState.Busy, route.Endpoint.Name, route.ModelId,
                $"{route.Endpoint.Name} has not answered for {silence.TotalSeconds:0} s.",
                "Wait while it reads a long prompt or answers another client; restart the model server if it stays so.", first);
        }
        if (route.ContextTokens < MinContextTokens)
        {
            return new ModelStatus(ModelState.ContextTooSmall, route.Endpoint.Name, route.ModelId,
                $"{route.ModelId} is loaded with a context of {route.ContextTokens} tokens, which is too small.",
                "Load the model with a context of 8,192 tokens.", first);
        }
        return new ModelStatus(ModelState.Up, route.Endpoint.Name, route.ModelId, $"{route.ModelId} at {route.Endpoint.Name}.",
            route.Family == ModelFamilies.Unknown
                ? "Name the model in the setting completion.model, so that its format for completions is known."
                : "",
            first);
    }

    public static ModelStatus Of(EndpointSettings endpoint, string? model, ModelServerException failure) =>
        new(ModelStateMapping.StateAfter(failure.Fault) ?? ModelState.Up, endpoint.Name, model, failure.Message, failure.Remedy, null);

    /// <summary>The fault that the user can best fix; default ports at which no server was ever found do not count.</summary>
    public ModelStatus Worst(IReadOnlyList<(ModelEndpoint Endpoint, EndpointInfo Info)> infos, Chosen chosen)
    {
        var failing = (
            from place in infos
            let failure = place.Endpoint.Failure ?? place.Info.Failure
            where failure is not null && ModelStateMapping.StateAfter(failure.Fault) is not null
            let known = !place.Endpoint.Settings.Discovered || place.Endpoint.Kind is not null
            where known || failure.Fault is ModelFault.Unauthorized or ModelFault.Loading
            select Of(place.Endpoint.Settings, LastModelAt(place.Endpoint), failure)).FirstOrDefault();
        var none = new ModelStatus(chosen.State ?? ModelState.NoEndpoint, chosen.Endpoint?.Name, null, chosen.Message, chosen.Remedy, null);
        return none.State is ModelState.NoEndpoint or ModelState.NoModel && failing is not null ? failing : none;
    }

    private static ModelStatus Busy(ModelStatus up, RequestClass with) => up with
    {
        State = ModelState.Busy,
        Message = $"{up.Model} at {up.Endpoint} is at work on {WorkOf(with)}.",
        Remedy = "Suggestions come from the solution's own text until it is done; "
            + "a model server that takes several requests side by side has no such wait.",
    };

    private static string WorkOf(RequestClass kind) => kind switch
    {
        RequestClass.Chat => "a chat",
        RequestClass.Edit => "an edit",
        _ => "a request in the background",
    };
}
