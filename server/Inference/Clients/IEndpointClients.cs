using Assistant.ModelServers;
using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Clients;

/// <summary>
/// One request to one endpoint: no routing, no waiting for a turn. A failure is a <see cref="ModelServerException"/>, a cancel an
/// <see cref="OperationCanceledException"/>, whatever the server and the SDK made of it.
/// </summary>
internal interface IEndpointClients
{
    /// <summary>Cheap; holds nothing that has to be disposed.</summary>
    /// <param name="attempts">
    /// The budget of the request, from which its first attempt is taken already; a retry of this layer takes another. Null for a check of
    /// the endpoint, whose retries are free.
    /// </param>
    IChatClient Chat(ModelRoute route, AttemptBudget? attempts = null);

    /// <param name="attempts">As for <see cref="Chat"/>.</param>
    IEmbeddingGenerator<string, Embedding<float>> Embeddings(ModelRoute route, AttemptBudget? attempts = null);
}
