using Assistant.Families;
using Assistant.Inference.Fim;
using Assistant.Settings;

namespace Assistant.Routing;

/// <summary>The destination of a request, with the facts about the model that its prompt depends on.</summary>
/// <param name="Kind">The detected kind of server; never <see cref="EndpointKind.Auto"/>.</param>
/// <param name="ModelId">The id in the server's spelling (<c>default_model</c> on mlx).</param>
/// <param name="ContextTokens">The loaded context as the server reports it, else a careful guess. Prompt and answer share it.</param>
/// <param name="Grammar">The server accepts a <c>grammar</c> (GBNF) with a completion.</param>
/// <param name="KeepsFirstSpace">False on mlx, which drops the first space of an answer.</param>
/// <param name="ChatFallback">The model has no FIM: a chat request fills the hole (<see cref="FimRequest.Chat"/>).</param>
/// <param name="Abilities">The model's abilities at this server.</param>
/// <param name="Slots">The number of requests that the model answers in parallel; null if the server does not report it.</param>
/// <param name="Loads">The user named the model and it is not known to be loaded: the request loads it.</param>
public sealed record ModelRoute(
    EndpointSettings Endpoint,
    EndpointKind Kind,
    string ModelId,
    ModelFamily Family,
    int ContextTokens,
    bool Grammar,
    bool KeepsFirstSpace,
    bool ChatFallback,
    ModelAbilities Abilities = ModelAbilities.None,
    int? Slots = null,
    bool Loads = false)
{
    /// <summary>Requests on this route leave the user's own machines.</summary>
    public bool LeavesMachine => !Endpoint.Local;

    /// <summary>Whether both routes have the same endpoint and model; the other facts may differ.</summary>
    public bool IsSamePlace(ModelRoute other) => Endpoint == other.Endpoint && ModelId == other.ModelId;
}
