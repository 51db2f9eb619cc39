using Assistant.ModelServers;
namespace Assistant.Routing;

/// <summary>The facts about a request that decide its route.</summary>
/// <param name="ModelId">The model that the user named for this request: no other is used, and the request may load it.</param>
/// <param name="Tools">The model has to call tools, in any mode.</param>
/// <param name="PromptTokens">Tokens of context for the prompt and the answer; 0 accepts any context.</param>
/// <param name="Document">The source of the prompt; the model that has read it last answers fastest.</param>
/// <param name="Except">Routes that have failed for this request.</param>
public sealed record RouteRequest(
    ModelTask Task,
    string? ModelId = null,
    bool Tools = false,
    int PromptTokens = 0,
    string? Document = null,
    IReadOnlyCollection<ModelRoute>? Except = null);

/// <summary>The router's answer to a <see cref="RouteRequest"/>.</summary>
/// <param name="Route">The route; null if no model can answer now, for the reason in the status.</param>
/// <param name="Why">A line for each considered model, the chosen one first.</param>
public sealed record RouteAnswer(ModelRoute? Route, ModelStatus Status, IReadOnlyList<string> Why);
