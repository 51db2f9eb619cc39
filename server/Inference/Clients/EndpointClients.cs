using Assistant.Inference.ToolCalls;
using Assistant.ModelServers;
using Assistant.ModelServers.Endpoints;
using Assistant.Routing;
using Microsoft.Extensions.AI;

namespace Assistant.Inference.Clients;

internal sealed class EndpointClients(EndpointRegistry endpoints, ToolCallModes modes, TimeProvider clock) : IEndpointClients
{
    public IChatClient Chat(ModelRoute route, AttemptBudget? attempts = null) =>
        new EndpointChat(endpoints.Of(route.Endpoint), route, modes, attempts, clock);

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings(ModelRoute route, AttemptBudget? attempts = null) =>
        new EndpointEmbeddings(endpoints.Of(route.Endpoint), route, attempts);
}
