using System.Collections.Concurrent;
using Assistant.Families;
using Assistant.ModelServers.Privacy;
using Assistant.Settings;
using Microsoft.Extensions.Logging;

namespace Assistant.ModelServers.Endpoints;

/// <summary>One <see cref="ModelEndpoint"/> for each setting, shared by router, clients and slots.</summary>
internal sealed class EndpointRegistry(TimeProvider clock, ILogger logger, IAuditLog audit) : IDisposable
{
    private readonly ConcurrentDictionary<EndpointSettings, ModelEndpoint> endpoints = new();
    private IReadOnlyDictionary<string, string> rules = new Dictionary<string, string>();
    private FamilyTable families = FamilyTable.BuiltIn;
    private volatile HashSet<EndpointSettings> configured = [];

    public ModelEndpoint Of(EndpointSettings settings) =>
        endpoints.GetOrAdd(settings, key => new ModelEndpoint(key, families, audit, clock, logger));

    /// <summary>Open endpoints that are no longer configured.</summary>
    public IEnumerable<EndpointSettings> Left => endpoints.Keys.Where(endpoint => !configured.Contains(endpoint));

    /// <summary>Closes an endpoint that is no longer configured; a later request for it opens a new one.</summary>
    public void CloseIfLeft(EndpointSettings settings)
    {
        if (!configured.Contains(settings) && endpoints.TryRemove(settings, out var endpoint))
        {
            endpoint.Dispose();
        }
    }

    /// <summary>Applies other endpoints, and other rules for families: changed rules discard the cached answers.</summary>
    public void Use(AssistantSettings settings)
    {
        configured = [.. settings.Endpoints];
        var wanted = settings.Models.Families;
        if (wanted.Count != rules.Count || wanted.Except(rules).Any())
        {
            (rules, families) = (wanted, new FamilyTable(wanted));
            foreach (var endpoint in endpoints.Values)
            {
                endpoint.Families = families;
            }
        }
    }

    public void Dispose()
    {
        foreach (var endpoint in endpoints.Values)
        {
            endpoint.Dispose();
        }
    }
}
