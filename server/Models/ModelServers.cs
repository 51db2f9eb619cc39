using Assistant.Models.Discovery;
using Assistant.Models.Privacy;
using Assistant.Models.Routing;
using Assistant.Models.Scheduling;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Models;

/// <summary>The room's front door: everything about model servers that shares one set of connections.</summary>
public sealed class ModelServers : IDisposable
{
    private readonly EndpointRegistry endpoints;
    private readonly ModelRouter router;

    public ModelServers(AssistantSettings settings, TimeProvider clock, ILogger logger, IRequestRecords? records = null, IAuditLog? audit = null, Whereabouts? place = null)
    {
        Records = records ?? new ForgottenRecords();
        endpoints = new EndpointRegistry(clock, logger, audit);
        endpoints.Use(settings);
        var client = new FimClient(endpoints, clock);
        Fim = new MeasuredFim(client, endpoints, Records, clock);
        Scheduler = new Scheduler(endpoints, clock);
        router = new ModelRouter(endpoints, client, Scheduler, Records, settings, place);
    }

    public IModelRouter Router => router;

    public IFimClient Fim { get; }

    public Scheduler Scheduler { get; }

    public IRequestRecords Records { get; }

    /// <summary>Other settings from the next request on; running requests go on where they are.</summary>
    public void Use(AssistantSettings settings)
    {
        endpoints.Use(settings);
        router.Use(settings);
    }

    public void Dispose() => endpoints.Dispose();
}
