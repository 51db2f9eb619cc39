using Assistant.ModelServers;
using Assistant.Settings;

namespace Assistant.Routing.Selection;

/// <summary>Explains why no model can do a task, with a remedy for the user.</summary>
internal static class NoModel
{
    public static Chosen Because(
        IReadOnlyList<EndpointCatalog> served, IReadOnlyList<Candidate> all, RouteRequest request, RoutingRules rules, string? named)
    {
        if (all.FirstOrDefault(one => one.Refusal == CandidateRefusal.RemoteNotAllowed) is { } remote)
        {
            var reason = CandidateRefusal.RemoteNotAllowed.Sentence(remote.Route, named);
            return None(ModelState.NoModel, remote.Route.Endpoint, $"{remote.Route.ModelId} at {remote.Route.Endpoint.Name} {reason}.",
                "Name the endpoint in the setting privacy.allowRemote if code may be sent there, or load a model on this machine.");
        }
        if (served.Count > 0
            && all.FirstOrDefault(one => request.Except?.Any(failed => failed.IsSamePlace(one.Route)) == true) is { } failed)
        {
            return None(ModelState.NoModel, failed.Route.Endpoint, $"No other model than {failed.Route.ModelId} can do this.", "");
        }
        return named is { Length: > 0 } && served.Count > 0 ? NotServed(served, request, named) : NoneLoaded(served, request.Task);
    }

    private static Chosen NotServed(IReadOnlyList<EndpointCatalog> served, RouteRequest request, string named)
    {
        var setting = request.ModelId is null ? "completion.model" : "model";
        var able = served.SelectMany(place => place.Catalog.Models).Where(model => CandidateRefusals.CannotDo(model, request.Task) is null);
        var known = able.Select(model => model.Id).Take(5).ToArray();
        return None(
            ModelState.NoModel,
            served[0].Endpoint,
            $"The model {named} is not served by {string.Join(", ", served.Select(place => place.Endpoint.Name))}.",
            known.Length > 0
                ? $"Choose one that is: {string.Join(", ", known)}."
                : $"Get the model in the model server, or clear the setting {setting}.");
    }

    private static Chosen NoneLoaded(IReadOnlyList<EndpointCatalog> served, ModelTask task)
    {
        foreach (var (endpoint, catalog) in served)
        {
            if (catalog.Models.FirstOrDefault(model => model.Loading && CandidateRefusals.CannotDo(model, task) is null) is { } loading)
            {
                return None(
                    ModelState.Loading,
                    endpoint,
                    $"{endpoint.Name} is loading {loading.Id}.",
                    "Wait until the model is loaded; suggestions begin by themselves.");
            }
        }
        foreach (var (endpoint, catalog) in served)
        {
            if (catalog.Models.FirstOrDefault(model => !model.Loaded && CandidateRefusals.CannotDo(model, task) is null) is { } listed)
            {
                return None(ModelState.NotLoaded, endpoint, $"{endpoint.Name} has no model loaded that could {Doing(task)}.",
                    task == ModelTask.Completion
                        ? $"Load one in the model server, or name it in the setting completion.model (such as {listed.Id}), "
                            + "so that it may be loaded by use."
                        : $"Load one in the model server, such as {listed.Id}.");
            }
        }
        return served.Count == 0
            ? None(ModelState.NoEndpoint, null, "No model server answers at the default ports of 127.0.0.1 (1234, 8080, 11434, 8000).",
                "Start LM Studio's server, mlx_lm.server or llama-server, or set assistant.endpoints; "
                    + "suggestions come from the solution's own text meanwhile.")
            : None(ModelState.NoModel, served[0].Endpoint, $"{served[0].Endpoint.Name} has no model that could {Doing(task)}.",
                $"Get {Suited(task)} in the model server, and load it.");
    }

    private static string Doing(ModelTask task) => task switch
    {
        ModelTask.Completion or ModelTask.NextEdit => "complete",
        ModelTask.Embed => "make vectors",
        _ => "answer questions",
    };

    private static string Suited(ModelTask task) => task switch
    {
        ModelTask.Embed => "an embedding model, such as nomic-embed-text-v1.5,",
        ModelTask.Completion or ModelTask.NextEdit => "a code model, such as qwen2.5-coder-7b,",
        _ => "an instruct model, such as qwen2.5-coder-7b-instruct,",
    };

    private static Chosen None(ModelState state, EndpointSettings? endpoint, string message, string remedy) =>
        new(state, endpoint, message, remedy, []);
}
