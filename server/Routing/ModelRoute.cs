using Assistant.Families;
using Assistant.Inference.Fim;
using Assistant.Settings;

namespace Assistant.Routing;

/// <summary>Where a request goes, with everything that its prompt must know about the model there.</summary>
/// <param name="Kind">What answers at the endpoint, as found by asking; never <see cref="EndpointKind.Auto"/>.</param>
/// <param name="ModelId">As the server wants it spelled (<c>default_model</c> on mlx).</param>
/// <param name="ContextTokens">What is loaded, where the server says so; else a careful guess. Prompt and answer share it.</param>
/// <param name="Grammar">The server takes a <c>grammar</c> (GBNF) with a completion.</param>
/// <param name="KeepsFirstSpace">False on mlx, which drops the first space of an answer.</param>
/// <param name="ChatFallback">The model has no FIM: the hole is filled by a chat request (<see cref="FimRequest.Chat"/>).</param>
/// <param name="Abilities">What can be asked of it there.</param>
/// <param name="Slots">How many requests the model answers side by side; null where the server does not say.</param>
/// <param name="Loads">It is not loaded as far as is known, and the user named it: the request loads it.</param>
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
    /// <summary>What is sent there leaves the user's own machines.</summary>
    public bool LeavesMachine => !Endpoint.Local;

    /// <summary>The same model at the same endpoint, whatever is known of it by now.</summary>
    public bool IsSamePlace(ModelRoute other) => Endpoint == other.Endpoint && ModelId == other.ModelId;
}
