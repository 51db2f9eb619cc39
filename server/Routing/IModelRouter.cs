using Assistant.ModelServers;
namespace Assistant.Routing;

/// <summary>Chooses the model for a request from the models that are loaded now.</summary>
public interface IModelRouter
{
    /// <summary>
    /// The route for a request, or none with the reason in the status. Cheap while nothing has changed: it requests a server's catalog at
    /// most every five minutes, or after an answer that contradicts it, and pauses ever longer before it asks a server that is down. It
    /// never makes a server load a model.
    /// </summary>
    Task<RouteAnswer> RouteAsync(RouteRequest request, CancellationToken token);

    /// <summary>The route for a task without further conditions.</summary>
    Task<RouteAnswer> RouteAsync(ModelTask task, CancellationToken token) => RouteAsync(new RouteRequest(task), token);

    /// <summary>The last known status; the property sends no request.</summary>
    ModelStatus Status { get; }

    /// <summary>Raised when state, endpoint, model, message or remedy has changed, on any thread.</summary>
    event Action<ModelStatus>? StatusChanged;
}
