using System.Collections.Concurrent;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.Models;

/// <summary>One <see cref="ModelEndpoint"/> for each setting, so that router, client and slots see the same.</summary>
internal sealed class EndpointRegistry(TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly ConcurrentDictionary<EndpointSettings, ModelEndpoint> endpoints = new();

    public ModelEndpoint Of(EndpointSettings settings) => endpoints.GetOrAdd(settings, key => new ModelEndpoint(key, clock, logger));

    public void Dispose()
    {
        foreach (var endpoint in endpoints.Values)
        {
            endpoint.Dispose();
        }
    }
}
