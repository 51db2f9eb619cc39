using Assistant.ModelServers;
using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Clients;

/// <summary>
/// One request to one endpoint: no routing, no waiting for a turn, no second try. What fails is a <see cref="ModelServerException"/>, a cancel
/// an <see cref="OperationCanceledException"/>, whatever the server and the SDK made of it.
/// </summary>
internal interface IEndpointClients
{
    /// <summary>Cheap; holds nothing that has to be disposed.</summary>
    IChatClient Chat(ModelRoute route);

    IEmbeddingGenerator<string, Embedding<float>> Embeddings(ModelRoute route);
}
