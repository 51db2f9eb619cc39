using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Models;

/// <summary>The room's front door: everything about model servers that shares one set of connections.</summary>
public sealed class ModelServers : IDisposable
{
    private readonly EndpointRegistry endpoints;
    private readonly ModelRouter router;

    public ModelServers(AssistantSettings settings, TimeProvider clock, ILogger logger)
    {
        endpoints = new EndpointRegistry(clock, logger);
        var client = new FimClient(endpoints, clock);
        router = new ModelRouter(endpoints, client, settings);
        Fim = client;
        Slots = new FimSlots(endpoints, clock);
    }

    public IModelRouter Router => router;

    public IFimClient Fim { get; }

    public FimSlots Slots { get; }

    /// <summary>Other settings from the next request on; running requests go on where they are.</summary>
    public void Use(AssistantSettings settings) => router.Use(settings);

    public void Dispose() => endpoints.Dispose();
}
