using Assistant.ModelServers;
using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Clients;

/// <summary>
/// Clients for one request to one endpoint, without routing and without a queue. Every failure of the server or the SDK becomes a
/// <see cref="ModelServerException"/>, every cancel an <see cref="OperationCanceledException"/>.
/// </summary>
internal interface IEndpointClients
{
    /// <summary>Creates a client. The call is cheap, and the client needs no disposal.</summary>
    /// <param name="attempts">
    /// The request's budget, after its first attempt was taken; each retry of this layer takes another attempt. Null for a check of the
    /// endpoint, whose retries are not limited.
    /// </param>
    IChatClient Chat(ModelRoute route, AttemptBudget? attempts = null);

    /// <param name="attempts">As for <see cref="Chat"/>.</param>
    IEmbeddingGenerator<string, Embedding<float>> Embeddings(ModelRoute route, AttemptBudget? attempts = null);
}
