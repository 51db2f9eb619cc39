using Assistant.Inference;
using Assistant.Inference.Chat;
using Assistant.Inference.Clients;
using Assistant.Inference.Embeddings;
using Assistant.Inference.Fim;
using Assistant.Inference.ToolCalls;
using Assistant.ModelManagement;
using Assistant.ModelServers;
using Assistant.ModelServers.Discovery;
using Assistant.ModelServers.Endpoints;
using Assistant.ModelServers.Privacy;
using Assistant.Routing;
using Assistant.Routing.Fallback;
using Assistant.Routing.Scheduling;
using Assistant.Routing.Selection;
using Assistant.Settings;
using Assistant.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Assistant.Models;

/// <summary>The room's front door: everything about model servers that shares one set of connections.</summary>
public sealed class ModelServices : IDisposable
{
    private readonly EndpointRegistry endpoints;
    private readonly ModelRouter router;
    private readonly Func<ModelTask, IChatClient> chat;

    /// <param name="audit">Writes down what leaves the machine before it leaves.</param>
    public ModelServices(
        AssistantSettings settings,
        TimeProvider clock,
        ILogger logger,
        IAuditLog audit,
        IRequestRecords? records = null,
        HostEnvironment? place = null)
    {
        Records = records ?? new NullRequestRecords();
        endpoints = new EndpointRegistry(clock, logger, audit);
        endpoints.Use(settings);
        var fim = Counting = new FimClient(endpoints, clock);
        Fim = new MeteredFimClient(fim, endpoints, Records, clock);
        Scheduler = new Scheduler(endpoints, clock);
        Scheduler.Idle += endpoints.CloseIfLeft;
        router = new ModelRouter(endpoints, fim, Scheduler, Records, settings, place);
        var (chain, retries) = (new FallbackChain(router, Scheduler, clock), new RetryPolicies(clock));
        var modes = new ToolCallModes();
        var clients = new EndpointClients(endpoints, modes, clock);
        modes.Unprobed += new ToolCallProbe(modes, clients, Scheduler, logger).Begin;
        Clients = clients;
        chat = task => new RoutedChat(task, chain, clients, retries, endpoints, Records, clock);
        Embeddings = new RoutedEmbeddings(chain, clients, retries, endpoints, Records, clock);
        Management = new ModelManagementService(endpoints, settings, clock);
    }

    public IModelRouter Router => router;

    public IFimClient Fim { get; }

    public Scheduler Scheduler { get; }

    /// <summary>Texts to vectors, by what is loaded for it; always the same model within a request.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Embeddings { get; }

    public IRequestRecords Records { get; }

    /// <summary>
    /// Chat for a task: each request finds its model, waits for its turn and is tried elsewhere where it fails before anything was shown.
    /// Options and what an answer says of its way: <see cref="ChatRequestOptions"/>. Cheap; holds nothing that has to be disposed.
    /// </summary>
    public IChatClient Chat(ModelTask task) => chat(task);

    /// <summary>Lists models; loads, unloads and gets them for the user.</summary>
    public ModelManagementService Management { get; }

    /// <summary>For checks of one endpoint: no routing, no waiting for a turn, no record.</summary>
    internal EndpointRegistry Endpoints => endpoints;

    internal IEndpointClients Clients { get; }

    internal FimClient Counting { get; }

    /// <summary>
    /// Finds the model that would complete now and publishes it as the router's status. Asks endpoints for their models where these are not
    /// known, and a model that failed before for one token. Loads no model.
    /// </summary>
    public Task RefreshStatusAsync(CancellationToken token) => router.RouteAsync(new RouteRequest(ModelTask.Completion), token);

    /// <summary>Other settings from the next request on; what runs or waits goes on where it is.</summary>
    public void Use(AssistantSettings settings)
    {
        endpoints.Use(settings);
        router.Use(settings);
        foreach (var left in endpoints.Left)
        {
            Scheduler.CheckIdle(left);
        }
        Management.Use(settings);
    }

    public void Dispose() => endpoints.Dispose();
}
