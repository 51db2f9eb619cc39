using Assistant.ModelServers;
namespace Assistant.Routing;

/// <summary>Decides which model does what, from what is loaded now.</summary>
public interface IModelRouter
{
    /// <summary>
    /// The route for a request, or none with the reason in the status. Cheap while nothing has changed: it asks servers at most every
    /// five minutes, or when something contradicted what was known, and a server that is down on a growing pause only.
    /// It never makes a server load a model.
    /// </summary>
    Task<RouteAnswer> RouteAsync(RouteRequest request, CancellationToken token);

    /// <summary>The route for a task that wants nothing in particular.</summary>
    Task<RouteAnswer> RouteAsync(ModelTask task, CancellationToken token) => RouteAsync(new RouteRequest(task), token);

    /// <summary>What was known last; asks nobody.</summary>
    ModelStatus Status { get; }

    /// <summary>Raised where state, endpoint, model or message changed, on any thread.</summary>
    event Action<ModelStatus>? StatusChanged;
}
