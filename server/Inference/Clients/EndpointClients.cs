using Assistant.Inference.ToolCalls;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Clients;

internal sealed class EndpointClients(EndpointRegistry endpoints, ToolCallModes modes, TimeProvider clock) : IEndpointClients
{
    public IChatClient Chat(ModelRoute route) => new EndpointChat(endpoints.Of(route.Endpoint), route, modes, clock);

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings(ModelRoute route) => new EndpointEmbeddings(endpoints.Of(route.Endpoint), route);
}
