using Assistant.Families;
using Assistant.ModelServers;
using Assistant.ModelServers.Dialects;
using Assistant.ModelServers.Transport;
using Assistant.Routing;

namespace Assistant.Inference;

/// <summary>Writes the facts of a route and its request that the HTTP handlers need into the request's options.</summary>
internal static class RequestOptions
{
    /// <param name="attempts">Null for a check of the endpoint.</param>
    public static void Set(HttpRequestMessage request, ModelRoute route, AttemptBudget? attempts)
    {
        request.Options.Set(Dialect.ThinksFirst, route.Family.Reasoning == Reasoning.Always);
        if (attempts is not null)
        {
            request.Options.Set(ResilienceHandler.Attempts, attempts);
        }
        if (route.Loads)
        {
            ResilienceHandler.AllowForLoading(request, route.Endpoint);
        }
    }
}
