using Assistant.ModelServers;
namespace Assistant.Routing;

/// <summary>What is to be done, as far as it decides who does it.</summary>
/// <param name="ModelId">Named by the user for this request: it alone is used, and may be loaded by use.</param>
/// <param name="Tools">The model has to call tools, in whichever way.</param>
/// <param name="PromptTokens">What prompt and answer need of the context; 0: any will do.</param>
/// <param name="Document">What the prompt is made from: whoever has read it last is the cheapest to ask.</param>
/// <param name="Except">Routes that have failed already.</param>
public sealed record RouteRequest(
    ModelTask Task,
    string? ModelId = null,
    bool Tools = false,
    int PromptTokens = 0,
    string? Document = null,
    IReadOnlyCollection<ModelRoute>? Except = null);

/// <param name="Route">Null: nothing can answer now; the status says why and what to do.</param>
/// <param name="Why">A line for each model that was looked at, the chosen one first.</param>
public sealed record RouteAnswer(ModelRoute? Route, ModelStatus Status, IReadOnlyList<string> Why);
