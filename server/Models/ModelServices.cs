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

/// <summary>The entry point to all services that use model servers; they share one set of connections.</summary>
public sealed class ModelServices : IDisposable
{
    private readonly EndpointRegistry endpoints;
    private readonly ModelRouter router;
    private readonly Func<ModelTask, IChatClient> chat;

    /// <param name="audit">Records every request that leaves the machine, before it is sent.</param>
    /// <param name="place">The host environment, for the remedy if no server answers.</param>
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

    /// <summary>Embeds texts with a loaded embedding model, the same one for all texts of a request.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Embeddings { get; }

    public IRequestRecords Records { get; }

    /// <summary>
    /// A chat client for a task. Each request is routed and queued, and is tried at another route if it fails before its first visible
    /// content. <see cref="ChatRequestOptions"/> lists the properties of requests and answers. The call is cheap, and the client needs no
    /// disposal.
    /// </summary>
    public IChatClient Chat(ModelTask task) => chat(task);

    /// <summary>Lists, loads, unloads and downloads models for the user.</summary>
    public ModelManagementService Management { get; }

    /// <summary>The endpoints, for checks of one endpoint without routing, queue and record.</summary>
    internal EndpointRegistry Endpoints => endpoints;

    internal IEndpointClients Clients { get; }

    internal FimClient Counting { get; }

    /// <summary>
    /// Finds the model that would complete now and publishes it as the router's status. Requests the models of endpoints that are not
    /// known, and one token from a model that failed before. Loads no model.
    /// </summary>
    public Task RefreshStatusAsync(CancellationToken token) => router.RouteAsync(new RouteRequest(ModelTask.Completion), token);

    /// <summary>Applies settings from the next request on; running and queued requests keep their routes.</summary>
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
